import { fileURLToPath } from 'node:url';
import { runProcess } from 'dci-host';

await runProcess({ config: fileURLToPath(new URL('../dci.config.ts', import.meta.url)) });
