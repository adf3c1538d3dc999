// Numbers as text.

const plain = new Intl.NumberFormat("en-US");
const ABSENT = "–";

/** `12,345` */
export function formatCount(count: number | null | undefined): string {
  return count === null || count === undefined ? ABSENT : plain.format(count);
}

/** `1 asset`, `12 assets`; the plural is made with s unless given. */
export function formatNoun(count: number, one: string, many = `${one}s`): string {
  return `${plain.format(count)} ${count === 1 ? one : many}`;
}

/** `1.2k`, `3.4M`: where there is room for four characters. */
export function formatShort(count: number): string {
  if (count < 1_000) return String(count);
  for (const [size, unit] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (count >= size) return `${trim(count / size)}${unit}`;
  }
  return String(count);
}

function trim(value: number): string {
  return value >= 100 ? String(Math.floor(value)) : String(Math.floor(value * 10) / 10);
}

/** `640 B`, `1.4 MB`; steps of 1,000. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return ABSENT;
  if (bytes < 1_000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    value /= 1_000;
    if (value < 999.5) return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return `${plain.format(Math.round(value / 1_000))} PB`;
}
