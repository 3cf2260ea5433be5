/** Flags that take words separated by commas. */

/** The words of a flag such as `--groups found,random`. */
export function listed(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}
