package dev.flowline.train;

import dev.flowline.model.FlowMethod;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.TrainingPlan;
import java.util.function.Function;

/** The learner of each {@link TrainingPlan}: the one place that switches over plans. */
record LearnerByPlan(
    TrainableModel model,
    TrainingConfig config,
    TrainingSet training,
    HeldOutSet validation,
    Negatives negatives,
    CheckpointFile checkpoint,
    TrainingListener listener)
    implements TrainingPlan.Cases<Learner> {
  @Override
  public Learner onImages(TrainingPlan.OnImages plan) {
    FlowMethod method = plan.method();
    return trainer(method, optimizer -> new ImageStep(model, method, training, optimizer));
  }

  @Override
  public Learner onPositions(TrainingPlan.OnPositions plan) {
    return trainer(
        plan.method(),
        optimizer -> new PositionStep(model, plan.method(), config.seed(), training, optimizer));
  }

  @Override
  public Learner onRotations(TrainingPlan.OnRotations plan) {
    return trainer(
        plan.method(),
        optimizer -> new RotationStep(model, plan, config.seed(), training, optimizer));
  }

  @Override
  public Learner contrasted(TrainingPlan.Contrasted plan) {
    negatives.requireOf(training.images());
    return trainer(
        plan.method(),
        optimizer ->
            new WarmUpStep(
                plan.method().warmUp(config.epochs()),
                new ImageStep(model, plan.method(), training, optimizer),
                new PairedStep(model, plan.method(), training, negatives, optimizer)));
  }

  @Override
  public Learner fitted(TrainingPlan.Fitted plan) {
    return new Fitting(model, plan.method(), training);
  }

  private Learner trainer(FlowMethod method, Function<Optimizer, TrainingStep> steps) {
    Trainer.Data data = new Trainer.Data(training, validation);
    return new Trainer(model, method, config, data, steps, checkpoint, listener);
  }
}
