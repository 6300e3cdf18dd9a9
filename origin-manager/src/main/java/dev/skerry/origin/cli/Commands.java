package dev.skerry.origin.cli;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The table of commands, and their arguments read by picocli. A command's class is loaded when it is chosen. */
final class Commands {

  private static final List<String> NAMES = List.of("demo", "open", "run", "wast", "compile", "attack", "doctor");

  private Commands() {
  }

  private static Callable<Integer> create(String name, Streams streams, HeadStart headStart) {
    return switch (name) {
      case "demo" -> new DemoCommand(streams);
      case "open" -> new OpenCommand(streams, headStart);
      case "run" -> new RunCommand(streams);
      case "wast" -> new WastCommand(streams);
      case "compile" -> new CompileCommand(streams);
      case "attack" -> new AttackCommand(streams);
      case "doctor" -> new DoctorCommand(streams);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What stands above the commands: the help that lists them, and the version. */
  @Command(name = "skerry", mixinStandardHelpOptions = true, versionProvider = Version.class,
      description = "A headless, browser-like host: every origin is an island with WebAssembly instances of its own.",
      synopsisSubcommandLabel = "COMMAND", subcommands = CommandLine.HelpCommand.class,
      footer = {"", "Exit codes: 0 fine, 1 the page, test or program failed, 2 the command line is wrong."})
  private static final class Top {
  }

  /** Name and version as the manifest of the jar gives them. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"skerry " + (version == null ? "(not packaged)" : version)};
    }
  }

  /** Reads the arguments and runs what they say. */
  static int execute(String[] args, Streams streams) throws Exception {
    boolean chosen = args.length > 0 && NAMES.contains(args[0]);
    HeadStart headStart = chosen && args[0].equals("open") ? HeadStart.begin(args) : HeadStart.NONE;
    CommandLine line = chosen ? commandLine(args[0], streams, headStart).setCommandName("skerry " + args[0])
        : top(streams);
    line.setOut(streams.outText()).setErr(streams.errText());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(streams.wantsColours() ? Ansi.ON : Ansi.OFF));
    line.setExpandAtFiles(false);
    try {
      ParseResult parsed = line.parseArgs(chosen ? Arrays.copyOfRange(args, 1, args.length) : args);
      Integer helped = CommandLine.executeHelpRequest(parsed);
      if (helped != null) {
        return helped;
      }
    } catch (ParameterException error) {
      throw new CommandFailure(ExitCode.USAGE, sentence(error), error);
    }
    if (chosen) {
      return line.<Callable<Integer>>getCommand().call();
    }
    line.usage(streams.errText());
    return ExitCode.USAGE;
  }

  private static String sentence(ParameterException error) {
    String name = error.getCommandLine().getCommandSpec().qualifiedName();
    String message = error.getMessage();
    if (error instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      message = "unknown " + (unmatched.isUnknownOption() ? "option " : "argument ") + unmatched.getUnmatched().get(0)
          + (similar.isEmpty() ? "" : ", did you mean " + String.join(" or ", similar) + "?");
    }
    return message.replace("is not a double", "is not a number").replace("is not a long", "is not a whole number")
        + " (" + name + " --help tells more)";
  }

  private static CommandLine commandLine(String name, Streams streams, HeadStart headStart) {
    // What follows the program belongs to the program, whatever it looks like.
    return new CommandLine(create(name, streams, headStart)).setStopAtPositional(name.equals("run"))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static CommandLine top(Streams streams) {
    CommandLine top = new CommandLine(new Top());
    for (String name : NAMES) {
      top.addSubcommand(name, commandLine(name, streams, HeadStart.NONE));
    }
    return top;
  }
}
