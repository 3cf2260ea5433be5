/** What stands above the tables of a study's report. */

/** A paragraph for each table, by what it has. */
export const PROSE = {
  groups:
    'Mean over the networks of their means over seeds. Spreads are standard deviations in points of mean IoU: ' +
    'between searches, of the means of their networks; within searches, between networks of one size, pooled; between ' +
    'seeds, of the retrainings of one network, pooled. Intervals are percentile intervals of 10,000 resamples that draw ' +
    'searches, networks of each and seeds of each; of three searches they hold the true mean about three times in four ' +
    'rather than 95 times in 100. _Validation_ is the best one of each retraining, whose weights were scored.',
  differences:
    'In points of mean IoU. Where the networks belong to searches, the difference is taken within each search, and ' +
    'searches, networks and seeds are drawn: intervals of three searches hold the truth between three times in four and ' +
    'nine times in ten, and say nothing of other images. _By chance_ is the probability of a difference at least as large ' +
    'if in each search the found network were any of the compared; with n searches and r others in each it is at least ' +
    '(r + 1)^−n, with one other in each 2^(1−n). Only random networks have the size of the found ones: the other ' +
    'differences are of size, too.',
  traits:
    "Spearman's rank correlations over all networks. " +
    'Networks of one search have a size, a path or a cell in common, so ' +
    'that they are fewer than they seem, and no probabilities are given; what goes with parameters may be the work of ' +
    'these.',
  reliability:
    'Rank correlations between two measures of the same networks: over all of them, and the mean over the searches of ' +
    'those between found and random networks, which have one size. A recipe that can rank networks does so under every ' +
    'seed.',
  opinions:
    'Rank correlations, within each search, between what its supernet thinks of the found and the random networks, ' +
    'which have one size, and the score of these after retraining: 1 is the same order, 0 none, −1 the opposite. _By chance_ ' +
    'is the probability of a mean τ_b at least as far from 0 if the scores of each search were shuffled.',
  searches:
    'Travel is the largest change of a logit of α or β; its bound is the learning rate times the steps, about what ' +
    'Adam can move one by. Entropies are means over the choices, as shares of the largest possible (100 %: nothing ' +
    'is decided); beside them the mean of the largest probability. _Supernet_ is its mean IoU on the validation ' +
    'split, _decoded only_ that with nothing but the operations and the path that it decided on, _random ones only_ ' +
    'the mean of the same for its random networks: what any architecture leaves of it. The gap, in points, is between ' +
    'the first two.',
  operations:
    'The mean probability of each operation over the edges of the cell, and the number of edges on which it is the ' +
    'most probable. Decoding takes any operation but `none`.',
  rows:
    'Studies of the same images. Entropies, gaps and shares of edges are means over the searches, correlations and same ' +
    'levels means over pairs of them; options that are not under _with_ are as in this study. Random networks have the ' +
    'sizes of the found ones, so those of two rows differ.',
} as const;
