/** Who sends mail: a name as people read it, which may be empty, and an address. */
export type Sender = { readonly name: string; readonly address: string };

const ADDRESS = /^[^\s<>@,;:"()[\]\\]{1,64}@[^\s<>@,;:"()[\]\\]{1,255}$/u;
const NAMED = /^(?<name>[^<>]*)<(?<address>[^<>]*)>$/;
const QUOTED = /^"(?:[^"\\]|\\.)*"$/;

/**
 * Reads `Name <address>`, or an address alone. The name is one name whatever is in it: what a list, a group or a remark is made
 * of in a header of mail (RFC 5322 §3.4: `, : ; ( ) [ ]`) has to be quoted there by whoever writes the header.
 * @returns null where it is neither
 */
export function readSender(text: string): Sender | null {
  const { name = '', address = text.trim() } = NAMED.exec(text.trim())?.groups ?? {};
  if (!ADDRESS.test(address) || /\p{Cc}/u.test(name)) return null;
  const bare = name.trim();
  return { name: QUOTED.test(bare) ? bare.slice(1, -1).replaceAll(/\\(.)/g, '$1') : bare, address };
}
