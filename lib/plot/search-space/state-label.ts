/** What a hidden state of a cell is called in figures. */

/** `H<sup>l−2</sup>`, `H<sup>l−1</sup>`, `block 1`, … with the markup that plotly takes. */
export function stateLabel(state: number): string {
  return ['H<sup>l−2</sup>', 'H<sup>l−1</sup>'][state] ?? `block ${state - 1}`;
}
