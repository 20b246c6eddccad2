package dev.flowline.nn;

/**
 * Linear maps over the heads of an attention, around its softmax (Shazeer et al., 2020).
 *
 * @param scores weight (heads, heads) of the map before it, by the head that receives
 * @param scoreBias (heads)
 * @param shares weight (heads, heads) of the map after it, by the head that receives
 * @param shareBias (heads)
 */
public record TalkingHeads<V>(V scores, V scoreBias, V shares, V shareBias) {}
