/** Style sheet of the documentation page; it stands inside of the page and asks for nothing. */
export const docsStyle = `
:root { color-scheme: light dark; --line: #767676; --soft: #f2f2f2; --link: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --line: #8a8a8a; --soft: #262626; --link: #a8c7fa; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, main:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; }
article { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 0.5rem; }
article h3 { margin-bottom: 0.25rem; }
code { background: var(--soft); border-radius: 0.2rem; font: 0.9em ui-monospace, monospace; padding: 0.1em 0.3em; }
.method { font-weight: bold; }
.type { margin: 0.25rem 0; }
.members { border-left: 1px solid var(--line); list-style: none; padding-left: 1rem; }
.members li { margin: 0.25rem 0; }
.members p { margin: 0.1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { border: 1px solid var(--line); padding: 0.4rem; text-align: left; vertical-align: top; }
td p { margin: 0.1rem 0; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
