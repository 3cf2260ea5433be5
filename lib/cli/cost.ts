/** `autodeeplab cost`: parameters and multiply-adds of a network. */
import { Command } from 'commander';
import { describeCost } from '../segmentation/cost/describe.js';
import { networkCost } from '../segmentation/cost/cost.js';
import { architectureFrom } from '../run/architecture-source.js';
import { addImportOption } from './import-modules.js';
import { addNetworkSizeFlags, classesOption, type NetworkSizeFlags } from './network-size.js';

interface CostFlags extends NetworkSizeFlags {
  readonly classes: number;
  readonly json: boolean;
}

async function runCost(source: string, { json, ...size }: CostFlags): Promise<void> {
  const cost = networkCost({ architecture: await architectureFrom(source), ...size });
  const { parameters, multiplyAdds, paperMultiplyAdds } = cost;
  console.log(
    json
      ? JSON.stringify({ ...size, parameters, multiplyAdds, paperMultiplyAdds }, undefined, 2)
      : describeCost(cost),
  );
}

/** The command `cost`. */
export function costCommand(): Command {
  const command = addImportOption(new Command('cost'))
    .description('count parameters and multiply-adds of a network, exactly and as the paper does')
    .argument(
      '[architecture]',
      'published, architecture.json, or the folder of a run',
      'published',
    );
  return addNetworkSizeFlags(command)
    .addOption(classesOption().default(19))
    .option('--json', 'print the totals as JSON', false)
    .action(runCost);
}
