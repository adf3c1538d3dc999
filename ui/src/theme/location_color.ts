// A colour for each code location: the same at every visit, and none twice while twelve are enough.

export const LOCATION_COLORS = 12;

export type LocationColor = {
  readonly slot: number;
  readonly text: string; // on fill
  readonly fill: string;
  readonly line: string; // edges and marks
};

function hashOf(name: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

function colorOfSlot(slot: number): LocationColor {
  return {
    slot,
    text: `var(--location-${slot}-text)`,
    fill: `var(--location-${slot}-fill)`,
    line: `var(--location-${slot}-line)`,
  };
}

/** The colour that a name asks for; two names may ask for the same one. */
export function locationColor(name: string): LocationColor {
  return colorOfSlot(hashOf(name) % LOCATION_COLORS);
}

/** One for each of all names: where two ask for the same, the later by name takes the next free one. */
export function assignLocationColors(names: readonly string[]): ReadonlyMap<string, LocationColor> {
  const taken = new Set<number>();
  const assigned = new Map<string, LocationColor>();
  for (const name of [...new Set(names)].sort()) {
    let slot = hashOf(name) % LOCATION_COLORS;
    while (taken.has(slot) && taken.size < LOCATION_COLORS) slot = (slot + 1) % LOCATION_COLORS;
    taken.add(slot);
    assigned.set(name, colorOfSlot(slot));
  }
  return assigned;
}
