package dev.flowline.compare;

/**
 * A model of a comparison, as it is shown.
 *
 * @param label what tells it from the others
 * @param model its kind, by its name
 * @param title the label for people, which marks a reconstruction
 * @param extractor by its name
 * @param input height × width
 * @param settings in words
 * @param training in words, how it was trained
 * @param latents in words, how far they are independent
 * @param folder of its runs, in each category's
 */
public record ComparedModel(
    String label,
    String model,
    String title,
    String extractor,
    String input,
    String settings,
    String training,
    String latents,
    String folder) {}
