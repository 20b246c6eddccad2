package dev.flowline.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The option list of a command's help: a heading for each {@link HelpGroup}, and below it the
 * required options first. Picocli's own groups would take the mixins apart.
 */
final class GroupedOptions implements IHelpSectionRenderer {
  /** Groups the options in the help of a command and of all commands below it. */
  static void install(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedOptions());
    line.getSubcommands().values().forEach(GroupedOptions::install);
  }

  @Override
  public String render(Help help) {
    Map<HelpGroup, List<OptionSpec>> groups = new EnumMap<>(HelpGroup.class);
    for (OptionSpec option : help.commandSpec().options()) {
      if (!option.hidden()) {
        groups.computeIfAbsent(groupOf(option), group -> new ArrayList<>()).add(option);
      }
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, options) -> {
          options.sort(Comparator.comparing(OptionSpec::required).reversed()); // else as declared
          Help.Layout layout = help.createDefaultLayout();
          layout.addOptions(options, help.parameterLabelRenderer());
          text.append(System.lineSeparator())
              .append(group.heading())
              .append(System.lineSeparator());
          text.append(layout);
        });
    return text.toString();
  }

  private static HelpGroup groupOf(OptionSpec option) {
    if (option.userObject() instanceof Field field) {
      HelpGroup.In own = field.getAnnotation(HelpGroup.In.class);
      HelpGroup.In all = field.getDeclaringClass().getAnnotation(HelpGroup.In.class);
      if (own != null || all != null) {
        return (own != null ? own : all).value();
      }
      boolean picoclis = field.getDeclaringClass().getName().startsWith("picocli.");
      return picoclis ? HelpGroup.GENERAL : HelpGroup.COMMON; // --help and --version are picocli's
    }
    return HelpGroup.GENERAL;
  }
}
