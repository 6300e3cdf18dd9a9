// Hello in AssemblyScript.
import { log } from "../lib/skerry";

log("hello from AssemblyScript");
