/** `autodeeplab cost`: parameters and multiply-adds of a network. */
import { Command } from 'commander';
import { describeCost } from '../segmentation/cost/describe.js';
import { networkCost, type NetworkCostOptions } from '../segmentation/cost/cost.js';
import { resolveSegmentationOptions } from '../segmentation/options.js';
import { factsIfNetwork } from '../inference/network-facts.js';
import { networkSize } from '../retrain/network.js';
import { architectureFrom } from '../run/architecture-source.js';
import { addImportOption } from './import-modules.js';
import { addNetworkSizeFlags, classesOption, type NetworkSizeFlags } from './network-size.js';

interface CostFlags extends NetworkSizeFlags {
  readonly classes: number;
  readonly json: boolean;
}

/** Those of some flags that were given; the others have their defaults. */
function givenOf<T extends object>(command: Command, flags: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(flags).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
  ) as Partial<T>;
}

/** The network that is counted: that of a folder as it is, but for what flags say. */
async function networkOf(
  source: string,
  flags: CostFlags,
  command: Command,
): Promise<NetworkCostOptions> {
  const { filterMultiplier, stemWidths, headFilters, classes, height, width } = flags;
  const size = { filterMultiplier, stemWidths, headFilters, classes };
  const image = { height, width };
  const facts = await factsIfNetwork(source);
  if (facts === undefined) {
    return { architecture: await architectureFrom(source), ...size, ...image };
  }
  const own = networkSize(facts.architecture, facts.options, facts.classes.length);
  return { ...own, ...givenOf(command, size), ...image };
}

async function runCost(source: string, flags: CostFlags, command: Command): Promise<void> {
  const network = await networkOf(source, flags, command);
  const cost = networkCost(network);
  const { filterMultiplier, stemWidths, headFilters, classes, height, width } = network;
  const size = { filterMultiplier, stemWidths, headFilters, classes, height, width };
  const { parameters, multiplyAdds, paperMultiplyAdds } = cost;
  console.log(
    flags.json
      ? JSON.stringify({ ...size, parameters, multiplyAdds, paperMultiplyAdds }, undefined, 2)
      : `${describeNetwork(network)}\n\n${describeCost(cost)}`,
  );
}

/** What is counted, in a line. */
function describeNetwork(network: NetworkCostOptions): string {
  const { filterMultiplier, classes, height, width } = network;
  const { stemWidths, headFilters } = resolveSegmentationOptions(network);
  return (
    `F = ${filterMultiplier}, stem ${stemWidths.join(' and ')}, head ${headFilters}, ${classes} classes, ` +
    `an image of ${width}x${height}`
  );
}

/** The command `cost`. */
export function costCommand(): Command {
  const command = addImportOption(new Command('cost'))
    .description('count parameters and multiply-adds of a network, exactly and as the paper does')
    .argument(
      '[architecture]',
      'published, architecture.json, or a folder: of a search, or of a trained network, which is counted as it is',
      'published',
    );
  return addNetworkSizeFlags(command)
    .addOption(classesOption().default(19))
    .option('--json', 'print the totals as JSON', false)
    .action(runCost);
}
