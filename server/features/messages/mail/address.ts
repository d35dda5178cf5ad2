/**
 * Whether mail can go to an address as an LMS sent it: one plain mailbox, of which nothing is read as a list, a comment or a name in
 * a header. Quoted local parts (`"a b"@…`) count as none: no LMS has been seen to send one.
 */
export function isMailable(address: string): boolean {
  return address.length <= 254 && /^[^\s\p{C}()<>[\]\\,;:"@]+@[^\s\p{C}()<>[\]\\,;:"@]+$/u.test(address);
}

/** The address of `Waymark <no-reply@waymark.example>`: the envelope of a mail has no names. */
export const addressOf = (from: string): string => /<([^<>]+)>/.exec(from)?.[1] ?? from;
