/** Three strands, plaited. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeWidth={2.6} strokeLinecap="round" aria-hidden>
      <path d="M5 3c0 5 14 4 14 9S5 16 5 21" stroke="var(--location-0-line)" />
      <path d="M12 3c0 3 7 3.500 7 6.500" stroke="var(--location-2-line)" />
      <path d="M5 12.500C5 16 19 15.500 19 21" stroke="var(--location-2-line)" />
      <path d="M19 3c0 2-2 3.300-4.600 4.300M9 9.700C6.800 10.500 5 11.200 5 12.500" stroke="var(--location-1-line)" />
    </svg>
  );
}
