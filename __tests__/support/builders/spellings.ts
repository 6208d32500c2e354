/** How an echo may write a secret, or a piece of one. */
export const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': text => text,
  'in upper case': text => text.toUpperCase(),
  'in lower case': text => text.toLowerCase(),
  'encoded for a URL': text => encodeURIComponent(text),
  'encoded for a URL, in lower case': text => encodeURIComponent(text).toLowerCase(),
  'encoded for a URL, every character': text =>
    Array.from(Buffer.from(text), byte => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'encoded for a form': text => new URLSearchParams([['', text]]).toString().slice(1),
  'encoded for a URL twice': text => encodeURIComponent(encodeURIComponent(text)),
  'in JSON': inJson,
  'in JSON within JSON': text => inJson(inJson(text)),
  'in JSON with escaped slashes': text => inJson(text).replaceAll('/', '\\/'),
  'in JSON with signs as \\u00xx': text => inJson(text).replace(/[<>&'+=/]/g, unitInJson),
  'in JSON, every character': text =>
    Array.from({ length: text.length }, (_, at) => unitInJson(text.charAt(at))).join(''),
  'escaped for HTML': text => text.replace(/[&<>"']/g, sign => NAMED[sign] ?? sign),
  'escaped for HTML by number': text => text.replace(/\W/gu, sign => `&#${String(sign.codePointAt(0))};`),
  'escaped for HTML in hexadecimal, every character': text =>
    Array.from(text, sign => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`).join(''),
}

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function unitInJson(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
