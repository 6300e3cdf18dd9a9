package dev.skerry.origin.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be used, in the system's words and without the names of Java's classes. */
final class Reason {

  private Reason() {
  }

  static String of(IOException failed) {
    if (failed instanceof NoSuchFileException) {
      return "No such file or directory";
    }
    if (failed instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (failed instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    String words = failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
    return words == null ? "it cannot be used" : words;
  }
}
