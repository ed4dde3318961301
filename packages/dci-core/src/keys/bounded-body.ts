import { DciError } from '../errors.ts';

/**
 * Reads a body as text, up to a limit of bytes and of time, as it streams in.
 *
 * @param response - the response
 * @param maxBytes - the largest body that is read
 * @param signal - ends the reading, also where the body does not heed it
 * @returns the text
 * @throws DciError `err.service.unavailable` when the body is larger, late, broken off or not UTF-8
 */
export async function readBounded(response: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    let size = 0;
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) throw unreadable('The body did not arrive in time.');
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > maxBytes) throw unreadable(`The body is larger than ${maxBytes} bytes.`);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    cancel();
    throw error instanceof DciError ? error : unreadable('The body could not be read.');
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function unreadable(message: string): DciError {
  return new DciError('err.service.unavailable', message);
}
