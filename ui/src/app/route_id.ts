function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // typed by hand
  }
}

/** What stands for `:id` or `*` of a route's path in an address, decoded once; empty when the path names nothing. */
export function idIn(path: string, address: string): string {
  const fixed = path.search(/[:*]/);
  return fixed < 0 ? "" : address.slice(fixed).split("/").map(decode).join("/");
}
