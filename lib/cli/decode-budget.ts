/** Limits of `autodeeplab decode`: the most probable architecture that keeps them, and the frontier. */
import { type Command } from 'commander';
import { decodeWithin } from '../budget/decode-within.js';
import { describeBudget, describeFrontier } from '../budget/describe.js';
import { decodeFrontier } from '../budget/frontier.js';
import type { BudgetNetwork } from '../budget/network.js';
import { readProfile } from '../budget/profile/file.js';
import { RESOURCES, type Limits, type Resource } from '../budget/resources.js';
import type { Architecture } from '../architecture/architecture.js';
import { ConfigError } from '../errors.js';
import { frontierFigure } from '../plot/search-space/frontier-figure.js';
import { saveFigure } from '../plot/show/save.js';
import type { SearchLogits } from '../search/decode-search.js';
import { kebab } from './option-flags.js';
import { anyNumber } from './options.js';
import { addNetworkSizeFlags, classesOption, type NetworkSizeFlags } from './network-size.js';

/** What limits the networks, and where the frontier goes. */
export interface BudgetFlags extends NetworkSizeFlags {
  readonly classes?: number;
  readonly maxParameters?: number;
  readonly maxMultiplyAdds?: number;
  readonly maxMemory?: number;
  readonly maxLatency?: number;
  readonly profile?: string;
  readonly frontier?: string;
}

/** The flag that limits a resource. */
const flagOf = (resource: Resource) =>
  `max${resource[0].toUpperCase()}${resource.slice(1)}` as keyof BudgetFlags;

/** The limits that were given. */
export function limitsFrom(flags: BudgetFlags): Limits {
  return Object.fromEntries(
    RESOURCES.flatMap((resource) => {
      const limit = flags[flagOf(resource)];
      return limit === undefined ? [] : [[resource, limit]];
    }),
  );
}

/** Whether anything of a budget was asked for. */
export function hasBudget(flags: BudgetFlags): boolean {
  return (
    flags.frontier !== undefined ||
    flags.profile !== undefined ||
    Object.keys(limitsFrom(flags)).length > 0
  );
}

/** What is said of a budget; the architecture that keeps the limits, if there are any. */
export interface BudgetDecoded {
  readonly architecture: Architecture | undefined;
  readonly remarks: string;
}

/** The networks that the flags name. */
function networkFrom(flags: BudgetFlags, classes: number): BudgetNetwork {
  const { filterMultiplier, stemWidths, headFilters, height, width } = flags;
  const size = { filterMultiplier, stemWidths, headFilters, height, width };
  return { ...size, classes: flags.classes ?? classes };
}

/** Decodes a search within the limits, and draws the frontier if that is asked for. */
export async function decodeBudget(
  { input, classes }: SearchLogits,
  flags: BudgetFlags,
): Promise<BudgetDecoded> {
  const { frontier: file } = flags;
  const profile = flags.profile === undefined ? undefined : await readProfile(flags.profile);
  const network = profile?.network ?? networkFrom(flags, classes);
  const measured = profile && { profile };
  const limits = limitsFrom(flags);
  if (Object.keys(limits).length === 0 && file === undefined) {
    throw new ConfigError(
      'option profile: expected a limit or option frontier with it, got neither',
    );
  }
  const limited = RESOURCES.filter((resource) => limits[resource] !== undefined);
  const decoded =
    limited.length > 0 ? decodeWithin({ ...input, ...measured, network, limits }) : undefined;
  const remarks = decoded ? [describeBudget(decoded)] : [];
  if (file !== undefined) {
    const resource = limited.at(0) ?? 'multiplyAdds';
    const frontier = decodeFrontier({ ...input, ...measured, network, resource });
    const limit = limits[resource];
    const figure = frontierFigure(frontier, limit === undefined ? {} : { limit });
    const saved = await saveFigure(figure, file);
    remarks.push(`${describeFrontier(frontier)}\nfigure: ${saved}`);
  }
  return { architecture: decoded?.architecture, remarks: remarks.join('\n\n') };
}

/** Adds the flags of {@link BudgetFlags}. */
export function addBudgetFlags(command: Command): Command {
  const limit = (resource: Resource, meaning: string) => {
    command.option(`--max-${kebab(resource)} <n>`, `the most ${meaning}`, anyNumber);
  };
  limit('parameters', 'parameters that the network may have: then the most probable that keeps it');
  limit('multiplyAdds', 'multiply-adds for one image, such as 20e9');
  limit('memory', 'bytes of all feature maps of one image, such as 4e9');
  limit('latency', 'seconds for one image, predicted from --profile');
  command
    .option(
      '--profile <file>',
      'what `profile` measured; its networks and its image are those that count, whatever the flags say',
    )
    .option(
      '--frontier <file>',
      'draw the probability that every limit leaves (.svg, .png, .html, .json) and list it; of the first limited ' +
        'resource, else of multiply-adds',
    )
    .addOption(classesOption("number of classes of the limited networks; the search's by default"));
  return addNetworkSizeFlags(command);
}
