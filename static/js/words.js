// Words in the reader's language. English stands in the scripts; a page in another language carries their translation.
const known = JSON.parse(document.querySelector("meta[name=words]")?.content ?? "{}");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

export const say = (text, values = {}) => fill(known[text] ?? text, values);
export const count = (one, many, n) => fill((known[one] ?? [one, many])[n === 1 ? 0 : 1], { n });
export const number = (value, digits) => value.toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
