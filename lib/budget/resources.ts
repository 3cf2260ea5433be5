/** What a network may be limited in. */
import { ConfigError } from '../errors.js';
import { grouped, rounded } from '../segmentation/cost/describe.js';

/**
 * *parameters* - trained numbers. *multiplyAdds* - of the convolutions, for one image. *memory* - bytes of all
 * feature maps of one forward pass, as in `NetworkCost.memory`. *latency* - seconds for one image, predicted
 * from a profile.
 */
export type Resource = 'parameters' | 'multiplyAdds' | 'memory' | 'latency';

/** All resources, in the order of tables. */
export const RESOURCES: readonly Resource[] = ['parameters', 'multiplyAdds', 'memory', 'latency'];

/** The most that a network may take, by resource; what is left out is not limited. */
export type Limits = Readonly<Partial<Record<Resource, number>>>;

/** What a network takes, by resource; the latency only where there is a profile. */
export type ResourceCosts = Readonly<
  Record<Exclude<Resource, 'latency'>, number> & Partial<Record<'latency', number>>
>;

/** What is limited, each by a positive number. */
export function limitedResources(limits: Limits): readonly Resource[] {
  const limited = RESOURCES.filter((resource) => limits[resource] !== undefined);
  for (const resource of limited) {
    const limit = limits[resource]!;
    if (!(limit > 0 && limit < Infinity)) {
      throw new ConfigError(`limits.${resource}: expected a positive number, got ${limit}`);
    }
  }
  return limited;
}

/** How a cost is written and drawn. */
export interface ResourceText {
  readonly label: string;
  /** The unit of axes. */
  readonly unit: string;
  /** How much of the cost is one of that unit. */
  readonly per: number;
  /** A cost in words. */
  readonly write: (cost: number) => string;
}

/** How costs are written and drawn. */
export const RESOURCE_TEXTS: Readonly<Record<Resource, ResourceText>> = {
  parameters: { label: 'parameters', unit: 'million', per: 1e6, write: grouped },
  multiplyAdds: { label: 'multiply-adds', unit: 'billion', per: 1e9, write: rounded },
  memory: {
    label: 'memory',
    unit: 'GiB',
    per: 2 ** 30,
    write: (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`,
  },
  latency: {
    label: 'latency',
    unit: 'ms',
    per: 1e-3,
    write: (seconds) => `${(1000 * seconds).toFixed(1)} ms`,
  },
};
