/** COCO's compressed text of run lengths. */
export function compressRuns(runs: readonly number[]): string {
  let text = '';
  for (const [i, run] of runs.entries()) {
    let value = i > 2 ? run - runs[i - 2] : run;
    for (let more = true; more;) {
      const bits = value & 31;
      value >>= 5;
      more = (bits & 16) === 0 ? value !== 0 : value !== -1;
      text += String.fromCharCode(bits + (more ? 32 : 0) + 48);
    }
  }
  return text;
}
