package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.ByteReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one unit of a {@code .debug_line} section (DWARF 2 to 5, 6.2): its file names, and the rows of its line number
 * program. What is broken ends the unit.
 */
final class LineProgram {

  private static final int FIRST_VERSION = 2;
  private static final int LAST_VERSION = 5;
  /** Bytes of a name, at most. */
  private static final int MAX_PATH = 4_096;

  // Content types and forms of entries in version 5.
  private static final int PATH = 1;
  private static final int DIRECTORY_INDEX = 2;
  private static final int FORM_DATA2 = 0x05;
  private static final int FORM_DATA4 = 0x06;
  private static final int FORM_DATA8 = 0x07;
  private static final int FORM_STRING = 0x08;
  private static final int FORM_BLOCK = 0x09;
  private static final int FORM_DATA1 = 0x0b;
  private static final int FORM_STRP = 0x0e;
  private static final int FORM_UDATA = 0x0f;
  private static final int FORM_DATA16 = 0x1e;
  private static final int FORM_LINE_STRP = 0x1f;

  // Opcodes.
  private static final int EXTENDED = 0;
  private static final int COPY = 1;
  private static final int ADVANCE_PC = 2;
  private static final int ADVANCE_LINE = 3;
  private static final int SET_FILE = 4;
  private static final int CONST_ADD_PC = 8;
  private static final int FIXED_ADVANCE_PC = 9;
  private static final int END_SEQUENCE = 1;
  private static final int SET_ADDRESS = 2;

  private final Rows rows;
  private final ByteReader in;
  private final ByteReader strings;
  private final ByteReader lineStrings;
  private final List<String> directories = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private int version;
  private int instructionLength;
  private int lineBase;
  private int lineRange;
  private int opcodeBase;
  private int[] operandCounts;

  /** Takes the rows of a program, by increasing address within a sequence. */
  interface Rows {

    /** A row of the running sequence, whose code begins at the address; false if there is no room for more. */
    boolean row(long address, String file, int line);

    /** Says whether names of so many more bytes may be kept. */
    boolean hasRoom(int bytes);

    /** The running sequence ends before the address. */
    void end(long address);
  }

  /**
   * A reader of the unit at the cursor, whose limit is the unit's end.
   *
   * @param strings the section {@code .debug_str}
   * @param lineStrings the section {@code .debug_line_str}
   * @param rows what takes the rows
   */
  LineProgram(ByteReader in, ByteReader strings, ByteReader lineStrings, Rows rows) {
    this.rows = rows;
    this.in = in;
    this.strings = strings;
    this.lineStrings = lineStrings;
  }

  void read() throws CompileError {
    version = fixed16();
    if (version < FIRST_VERSION || version > LAST_VERSION) {
      return;
    }
    if (version == LAST_VERSION) {
      in.u8();
      in.u8();
    }
    int headerLength = in.fixed32();
    int program = in.position() + headerLength;
    if (headerLength < 0 || program < 0 || program > in.limit()) {
      return;
    }
    header();
    in.position(program);
    run();
  }

  private int fixed16() throws CompileError {
    return in.u8() | in.u8() << 8;
  }

  private void header() throws CompileError {
    instructionLength = in.u8();
    if (version >= 4) {
      in.u8();
    }
    in.u8();
    lineBase = (byte) in.u8();
    lineRange = Math.max(1, in.u8());
    opcodeBase = Math.max(1, in.u8());
    operandCounts = new int[opcodeBase];
    for (int i = 1; i < opcodeBase; i++) {
      operandCounts[i] = in.u8();
    }
    if (version == LAST_VERSION) {
      entries(directories, false);
      entries(files, true);
    } else {
      names();
    }
  }

  /** Directories and files before version 5; both count from 1. */
  private void names() throws CompileError {
    directories.add("");
    for (String directory = string(in); !directory.isEmpty(); directory = string(in)) {
      directories.add(directory);
    }
    files.add("");
    for (String file = string(in); !file.isEmpty(); file = string(in)) {
      files.add(inDirectory(file, in.u32()));
      in.u32();
      in.u32();
    }
  }

  /** A list of entries of version 5, each of the forms that come before the list. */
  private void entries(List<String> into, boolean inDirectories) throws CompileError {
    int[] format = new int[2 * in.u8()];
    for (int i = 0; i < format.length; i++) {
      format[i] = in.u32();
    }
    int count = format.length == 0 ? 0 : in.count(Integer.MAX_VALUE, "entries");
    if (format.length == 0) {
      in.u32();
    }
    for (int i = 0; i < count; i++) {
      String path = "";
      int directory = 0;
      for (int j = 0; j < format.length; j += 2) {
        if (format[j] == PATH) {
          path = text(format[j + 1]);
        } else if (format[j] == DIRECTORY_INDEX) {
          directory = (int) number(format[j + 1]);
        } else {
          number(format[j + 1]);
        }
      }
      into.add(inDirectories ? inDirectory(path, directory) : path);
    }
  }

  /** Directory 0 is where the compiler ran: what is there goes by its own name. */
  private String inDirectory(String file, int directory) {
    boolean known = directory > 0 && directory < directories.size() && !file.startsWith("/");
    return known && rows.hasRoom(directories.get(directory).length()) ? directories.get(directory) + "/" + file : file;
  }

  private String text(int form) throws CompileError {
    return switch (form) {
      case FORM_STRING -> string(in);
      case FORM_STRP -> string(strings, in.fixed32());
      case FORM_LINE_STRP -> string(lineStrings, in.fixed32());
      default -> {
        number(form);
        yield "";
      }
    };
  }

  private long number(int form) throws CompileError {
    return switch (form) {
      case FORM_DATA1 -> in.u8();
      case FORM_DATA2 -> fixed16();
      case FORM_DATA4, FORM_STRP, FORM_LINE_STRP -> in.fixed32();
      case FORM_DATA8 -> in.fixed64();
      case FORM_UDATA -> in.u64();
      case FORM_DATA16 -> in.fixed64() ^ in.fixed64();
      case FORM_STRING -> string(in).length();
      case FORM_BLOCK -> {
        int length = in.length();
        in.skip(length);
        yield length;
      }
      default -> throw in.malformed("unknown form " + form);
    };
  }

  private String string(ByteReader from, int at) throws CompileError {
    if (at < 0 || at > from.remaining()) {
      return "";
    }
    int start = from.position();
    from.position(start + at);
    try {
      return string(from);
    } finally {
      from.position(start);
    }
  }

  /** A text that ends with a zero byte. */
  private String string(ByteReader from) throws CompileError {
    int start = from.position();
    int length = 0;
    while (from.u8() != 0) {
      length++;
      if (length > MAX_PATH) {
        throw from.malformed("a name that is too long");
      }
    }
    if (!rows.hasRoom(length)) {
      throw from.malformed("too many names");
    }
    return new String(from.bytes(), start, length, StandardCharsets.UTF_8);
  }

  private void run() throws CompileError {
    long address = 0;
    int file = 1;
    int line = 1;
    boolean room = true;
    while (room && !in.atEnd()) {
      int opcode = in.u8();
      if (opcode >= opcodeBase) {
        int adjusted = opcode - opcodeBase;
        address += (long) instructionLength * (adjusted / lineRange);
        line += lineBase + adjusted % lineRange;
        room = rows.row(address, file(file), line);
        continue;
      }
      switch (opcode) {
        case EXTENDED -> {
          int end = in.length() + in.position();
          int extended = in.position() < end ? in.u8() : 0;
          if (extended == END_SEQUENCE) {
            rows.end(address);
            address = 0;
            file = 1;
            line = 1;
          } else if (extended == SET_ADDRESS) {
            address = in.fixed32() & 0xffff_ffffL;
          }
          in.position(end);
        }
        case COPY -> room = rows.row(address, file(file), line);
        case ADVANCE_PC -> address += in.u64() * instructionLength;
        case ADVANCE_LINE -> line += in.s32();
        case SET_FILE -> file = in.u32();
        case CONST_ADD_PC -> address += (long) instructionLength * ((255 - opcodeBase) / lineRange);
        case FIXED_ADVANCE_PC -> address += fixed16();
        default -> {
          for (int i = 0; i < operandCounts[opcode]; i++) {
            in.u64();
          }
        }
      }
    }
  }

  private String file(int index) {
    return index >= 0 && index < files.size() ? files.get(index) : "";
  }
}
