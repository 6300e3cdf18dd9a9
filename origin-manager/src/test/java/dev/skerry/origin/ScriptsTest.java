package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.fetch.Url;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a document asks to run. */
final class ScriptsTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "<script>1</script>|JavaScript",
      "<script src=x.js></script>|JavaScript",
      "<script type=''>1</script>|JavaScript",
      "<script type=' Text/JavaScript '>1</script>|JavaScript",
      "<script language=JScript>1</script>|JavaScript",
      "<script language=VBScript>1</script>|nothing",
      "<script type=application/ld+json>{}</script>|nothing",
      "<script type=application/wasm src=x.wasm></script>|nothing",
      "<script type=module>1</script>|JavaScript",
      "<script type=module src=x.js></script>|JavaScript",
      "<script type=module src=x.wasm></script>|module",
      "<script type=MODULE src=/a/x.WASM?v=1#f></script>|module",
      "<script type=module src=x.js?y=x.wasm></script>|JavaScript",
      "<script src=x.wasm></script>|JavaScript",
      "<script type=importmap>{}</script>|import map",
      "<script nomodule src=x.js></script>|nothing",
      "<template><script>1</script><iframe></iframe></template>|nothing",
      "<body><noscript><iframe></iframe></noscript>|frame",
      "<frameset><frame src=x></frameset>|frame",
      "<textarea><script>1</script></textarea>|nothing"})
  void givenAnElementWhenTheDocumentIsScannedThenItIs(String html, String kind) {
    Scripts scripts = Scripts.of(Jsoup.parse(html));
    String found = scripts.javaScripts().size() == 1 ? "JavaScript" : scripts.modules().size() == 1 ? "module"
        : scripts.importMaps().size() == 1 ? "import map" : scripts.frames().size() == 1 ? "frame" : "nothing";
    assertEquals(kind, found);
    assertEquals(kind.equals("nothing") ? 0 : 1, scripts.javaScripts().size() + scripts.modules().size()
        + scripts.importMaps().size() + scripts.frames().size());
  }

  @Test
  void givenADeepDocumentWhenItIsScannedThenTheStackHolds() throws Exception {
    String deep = "<div>".repeat(100_000) + "<script>1</script>";
    Document dom = new HtmlParser(new NodeBudget(new PageLimits(Limits.defaults(), limit -> { })))
        .parse(deep, Url.parse("https://a.example/"), () -> false, true);
    assertEquals(1, Scripts.of(dom).javaScripts().size());
  }
}
