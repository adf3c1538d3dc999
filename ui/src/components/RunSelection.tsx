/** The selection that a run was asked for, in words where it is everything. */
export function RunSelection({ of }: { of: string | null | undefined }) {
  return of ? <code title={of}>{of}</code> : <span>all assets</span>;
}
