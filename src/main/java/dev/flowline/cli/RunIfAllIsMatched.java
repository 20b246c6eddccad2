package dev.flowline.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The execution of a command, which first refuses what is no command, option or argument. Picocli
 * itself overlooks such a word before a command, and beside {@code --help} and {@code --version}.
 */
final class RunIfAllIsMatched implements IExecutionStrategy {
  @Override
  public int execute(ParseResult result) {
    for (CommandLine command : result.asCommandLineList()) {
      List<String> unmatched = command.getParseResult().unmatched();
      if (!unmatched.isEmpty()) {
        throw new UnmatchedArgumentException(command, unmatched);
      }
    }
    return new RunLast().execute(result);
  }
}
