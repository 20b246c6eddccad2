package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.model.PublishedRecipe.Decay;
import dev.flowline.model.PublishedRecipe.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @ParameterizedTest
  @CsvSource({
    "u-flow, gear, 1e-4, 0.9, 0.999, 1e-8, 1e-5, , 8, 200",
    "u-flow, carpet, 3.1634e-5, 0.9, 0.999, 1e-8, 1e-5, , 13, 200",
    "u-flow, transistor, 1.1213e-3, 0.9, 0.999, 1e-8, 1e-5, , 20, 400",
    "fastflow, carpet, 1e-3, 0.9, 0.999, 1e-8, 1e-5, , 32, 500",
    "cl-flow, carpet, 1e-3, 0.9, 0.999, 1e-8, 1e-5, , 32, 500",
    "cs-flow, carpet, 2e-4, 0.9, 0.999, 1e-4, 1e-5, 1, 16, 240",
    "ms-flow, gear, 2e-4, 0.9, 0.999, 1e-4, 1e-5, 1, 16, 240",
    "cflow, gear, 2e-4, 0.9, 0.999, 1e-8, 0, , 32, 200",
    "differnet, gear, 2e-4, 0.8, 0.8, 1e-4, 1e-5, , 24, 192",
  })
  void everyModelIsTrainedAsPublished(
      String model,
      String category,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      Double gradientClip,
      int batchSize,
      int epochs) {
    PublishedRecipe recipe = Recipe.of(ModelKind.of(model), category).orElseThrow();
    assertEquals(new Adam(learningRate, beta1, beta2, epsilon, weightDecay), recipe.adam());
    assertEquals(gradientClip, recipe.gradientClip());
    assertEquals(batchSize, recipe.batchSize());
    assertEquals(epochs, recipe.epochs());
    boolean falls = ModelKind.of(model) == ModelKind.CFLOW;
    assertEquals(falls, recipe.rate().dependsOnEpochs());
  }

  /** An epoch of 45 images would be three updates with the published batch of 20. */
  @Test
  void fewImagesHaveMoreUpdates() {
    for (String category : new String[] {"gear", "transistor"}) {
      PublishedRecipe few = Recipe.ofFew(ModelKind.U_FLOW, category).orElseThrow();
      assertEquals(new Adam(2e-3, 1e-5), few.adam());
      assertEquals(2, few.batchSize());
      assertEquals(20, few.epochs());
    }
    for (ModelKind kind : ModelKind.values()) {
      if (kind != ModelKind.U_FLOW) {
        assertEquals(Recipe.of(kind, "gear"), Recipe.ofFew(kind, "gear"), kind.toString());
      }
    }
  }

  /** Ten steps an epoch: two epochs up from a tenth, then down along a cosine. */
  @Test
  void warmUpAndCosine() {
    Rate rate = Recipe.of(ModelKind.CFLOW, "gear").orElseThrow().rate();
    assertEquals(Schedule.COSINE.rate(), rate);
    assertEquals(0.1, rate.at(0, 10, 12));
    assertEquals(0.55, rate.at(10, 10, 12), 1e-12);
    assertEquals(1, rate.at(20, 10, 12), 1e-12);
    assertEquals((1 + 1e-3) / 2, rate.at(70, 10, 12), 1e-12); // half of the way from 20 to 120
    double quarter = (1 + Math.cos(Math.PI / 4)) / 2;
    assertEquals(1e-3 + 0.999 * quarter, rate.at(45, 10, 12), 1e-12);
    assertEquals(1e-3, rate.at(120, 10, 12), 1e-12);
    assertEquals(1e-3, rate.at(1000, 10, 12), 1e-12);
    double before = 1;
    for (int i = 20; i < 120; i++) {
      assertTrue(rate.at(i, 10, 12) <= before);
      before = rate.at(i, 10, 12);
    }
  }

  /** A training that ends within its warm-up, and one that ends with it. */
  @Test
  void warmUpLongerThanTheTraining() {
    Rate rate = new Rate(2, 0.1, Decay.COSINE, 1e-3);
    assertEquals(0.1 + 0.9 * 3 / 8, rate.at(3, 4, 1), 1e-12);
    assertEquals(0.1 + 0.9 * 7 / 8, rate.at(7, 4, 2), 1e-12);
    assertEquals(1, rate.at(8, 4, 2), 1e-12);
  }
}
