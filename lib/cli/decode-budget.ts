/** Limits of `autodeeplab decode`: the most probable architecture that keeps them, and the frontier. */
import { type Command } from 'commander';
import { decodeWithin } from '../budget/decode-within.js';
import { describeBudget, describeFrontier } from '../budget/describe.js';
import { decodeFrontier } from '../budget/frontier.js';
import type { BudgetNetwork } from '../budget/network.js';
import { RESOURCES, type Limits, type Resource } from '../budget/resources.js';
import type { Architecture } from '../architecture/architecture.js';
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
  return flags.frontier !== undefined || Object.keys(limitsFrom(flags)).length > 0;
}

/** What is said of a budget; the architecture that keeps the limits, if there are any. */
export interface BudgetDecoded {
  readonly architecture: Architecture | undefined;
  readonly remarks: string;
}

/** Decodes a search within the limits, and draws the frontier if that is asked for. */
export async function decodeBudget(
  { input, classes }: SearchLogits,
  flags: BudgetFlags,
): Promise<BudgetDecoded> {
  const { filterMultiplier, stemWidths, headFilters, height, width, frontier: file } = flags;
  const size = { filterMultiplier, stemWidths, headFilters, height, width };
  const network: BudgetNetwork = { ...size, classes: flags.classes ?? classes };
  const limits = limitsFrom(flags);
  const limited = RESOURCES.filter((resource) => limits[resource] !== undefined);
  const decoded = limited.length > 0 ? decodeWithin({ ...input, network, limits }) : undefined;
  const remarks = decoded ? [describeBudget(decoded)] : [];
  if (file !== undefined) {
    const resource = limited.at(0) ?? 'multiplyAdds';
    const frontier = decodeFrontier({ ...input, network, resource });
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
  command
    .option(
      '--frontier <file>',
      'draw the probability that every limit leaves (.svg, .png, .html, .json) and list it; of the first limited ' +
        'resource, else of multiply-adds',
    )
    .addOption(classesOption("number of classes of the limited networks; the search's by default"));
  return addNetworkSizeFlags(command);
}
