package dev.flowline.model;

import java.util.Optional;

/**
 * How a training of a method proceeds. A method returns its plan; training switches over it in one
 * place, by {@link #match}.
 */
public sealed interface TrainingPlan {
  /** Each update is on whole images. */
  record OnImages(FlowMethod method) implements TrainingPlan {
    @Override
    public <T> T match(Cases<T> cases) {
      return cases.onImages(this);
    }
  }

  /** Each update is on random positions of one layer; see {@link CFlow#positionsByStep}. */
  record OnPositions(CFlow method) implements TrainingPlan {
    @Override
    public <T> T match(Cases<T> cases) {
      return cases.onPositions(this);
    }
  }

  /**
   * Each update is on random rotations of images.
   *
   * @param rotations of each image in an update, at least 1
   */
  record OnRotations(FlowMethod method, int rotations) implements TrainingPlan {
    @Override
    public <T> T match(Cases<T> cases) {
      return cases.onRotations(this);
    }
  }

  /** Each update is on images and on synthesised defects on them, after a warm-up on images. */
  record Contrasted(ClFlow method) implements TrainingPlan {
    @Override
    public <T> T match(Cases<T> cases) {
      return cases.contrasted(this);
    }

    @Override
    public Optional<ClFlow> contrast() {
      return Optional.of(method);
    }
  }

  /** No updates: the parameters are computed from the features at once. */
  record Fitted(FittedMethod method) implements TrainingPlan {
    @Override
    public <T> T match(Cases<T> cases) {
      return cases.fitted(this);
    }
  }

  /** One answer for each plan. */
  interface Cases<T> {
    T onImages(OnImages plan);

    T onPositions(OnPositions plan);

    T onRotations(OnRotations plan);

    T contrasted(Contrasted plan);

    T fitted(Fitted plan);
  }

  /** Returns the answer for this plan. */
  <T> T match(Cases<T> cases);

  /** The number of random rotations of each image in an update; 0 for the image as it is. */
  default int rotations() {
    return 0;
  }

  /** The method that needs synthesised defects and says how they are made; empty for none. */
  default Optional<ClFlow> contrast() {
    return Optional.empty();
  }
}
