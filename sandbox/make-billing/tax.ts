const europeanUnion = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** Minor units of tax on a net amount, half a unit rounded up. */
export function taxOn(net: number, country: string): number {
  return Math.floor((net * taxPercent(country) + 50) / 100);
}

/** One rate for the whole European Union: this is a simulation. */
function taxPercent(country: string): number {
  if (europeanUnion.has(country) || country === 'GB') return 20;
  return country === 'JP' ? 10 : 0;
}
