package dev.flowline.train;

import dev.flowline.model.FittedMethod;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.TrainingPlan;
import java.util.function.Function;

/**
 * The learner of each {@link TrainingPlan}: the one place that switches over plans.
 *
 * @param maker makes the learner of what an update is, or of what is fitted
 */
record LearnerByPlan<L>(
    TrainableModel model,
    TrainingConfig config,
    TrainingSet training,
    Negatives negatives,
    Maker<L> maker)
    implements TrainingPlan.Cases<L> {

  /** Makes a learner. */
  interface Maker<L> {
    /**
     * Makes the learner of a method that learns by updates.
     *
     * @param steps makes what an update is, with the optimiser that is to take it
     */
    L trained(FlowMethod method, Function<Optimizer, TrainingStep> steps);

    /** Makes the learner of a method that is fitted. */
    L fitted(FittedMethod method);
  }

  /**
   * Returns the learner that the plan of the model's method asks for.
   *
   * @throws IllegalArgumentException if there is nothing to learn from
   */
  static <L> L of(
      TrainableModel model,
      TrainingConfig config,
      TrainingSet training,
      Negatives negatives,
      Maker<L> maker) {
    if (training.images() == 0) {
      throw new IllegalArgumentException("there are no images to train on");
    }
    TrainingPlan plan = model.model().config().settings().trainingPlan();
    return plan.match(new LearnerByPlan<>(model, config, training, negatives, maker));
  }

  @Override
  public L onImages(TrainingPlan.OnImages plan) {
    FlowMethod method = plan.method();
    return maker.trained(method, optimizer -> new ImageStep(model, method, training, optimizer));
  }

  @Override
  public L onPositions(TrainingPlan.OnPositions plan) {
    return maker.trained(
        plan.method(),
        optimizer -> new PositionStep(model, plan.method(), config.seed(), training, optimizer));
  }

  @Override
  public L onRotations(TrainingPlan.OnRotations plan) {
    return maker.trained(
        plan.method(),
        optimizer -> new RotationStep(model, plan, config.seed(), training, optimizer));
  }

  @Override
  public L contrasted(TrainingPlan.Contrasted plan) {
    negatives.requireOf(training.images());
    return maker.trained(
        plan.method(),
        optimizer ->
            new WarmUpStep(
                plan.method().warmUp(config.epochs()),
                new ImageStep(model, plan.method(), training, optimizer),
                new PairedStep(model, plan.method(), training, negatives, optimizer)));
  }

  @Override
  public L fitted(TrainingPlan.Fitted plan) {
    return maker.fitted(plan.method());
  }
}
