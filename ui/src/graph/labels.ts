// Text that fits: measured once, cut with an ellipsis, remembered.  Pure but for the measure it is given.

const MOST_KEPT = 20_000;
const END_KEPT = 5; // letters: names of one family begin alike and differ at their end
const STEP = 4; // widths are taken in steps, so that a zoom does not cut everything anew

export class Labels {
  private readonly widths = new Map<string, number>();
  private readonly cuts = new Map<string, string>();

  constructor(private readonly measure: (text: string, font: string) => number) {}

  width(text: string, font: string): number {
    const name = `${font}\n${text}`;
    const known = this.widths.get(name);
    if (known !== undefined) return known;
    if (this.widths.size > MOST_KEPT) this.widths.clear();
    const width = this.measure(text, font);
    this.widths.set(name, width);
    return width;
  }

  /** As much of `text` as fits into `room`, without its middle where there is room for both ends; empty where not even a
   *  letter fits. */
  cut(text: string, font: string, room: number): string {
    const whole = this.width(text, font);
    if (whole <= room) return text;
    const fits = Math.floor(room / STEP) * STEP;
    const name = `${font}\n${fits}\n${text}`;
    const known = this.cuts.get(name);
    if (known !== undefined) return known;
    if (this.cuts.size > MOST_KEPT) this.cuts.clear();
    const shortened = this.shorten(text, font, fits, whole);
    this.cuts.set(name, shortened);
    return shortened;
  }

  private shorten(text: string, font: string, room: number, whole: number): string {
    const letters = [...text];
    let count = Math.min(letters.length - 1, Math.ceil((letters.length * room) / whole) + 1);
    for (; count > 0; count--) {
      const kept = count > 2 * END_KEPT ? END_KEPT : 0;
      const end = kept === 0 ? "" : letters.slice(-kept).join("");
      const tried = `${letters
        .slice(0, count - kept)
        .join("")
        .trimEnd()}…${end}`;
      if (this.measure(tried, font) <= room) return tried;
    }
    return "";
  }
}
