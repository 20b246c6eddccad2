package dev.flowline.train;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One line of the run log.
 *
 * @param epoch counted from 1
 * @param trainNll mean over the epoch, per latent dimension, in nats, without the constant ½ log 2π
 * @param validationNll likewise over the held-out good images after the epoch; null where there are
 *     none
 * @param learningRate at the epoch's last step
 * @param best whether this is the best validation NLL so far of weights that may be kept: those of
 *     a warm-up may not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EpochRecord(
    int epoch,
    double trainNll,
    Double validationNll,
    double learningRate,
    double imagesPerSecond,
    boolean best) {}
