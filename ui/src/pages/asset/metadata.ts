// Metadata of assets and versions: name -> {type, raw_value}.

export type MetadataEntry = { name: string; type: string; value: unknown };

const isTyped = (value: unknown): value is { type: string; raw_value: unknown } =>
  typeof value === "object" && value !== null && "raw_value" in value;

/** By name; what has no type of its own is told as JSON. */
export function metadataEntries(metadata: object): readonly MetadataEntry[] {
  return Object.entries(metadata)
    .map(([name, value]: [string, unknown]) =>
      isTyped(value) ? { name, type: value.type ?? "json", value: value.raw_value } : { name, type: "json", value },
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}
