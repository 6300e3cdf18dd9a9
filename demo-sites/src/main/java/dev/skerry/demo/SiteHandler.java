package dev.skerry.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers GET and HEAD from the site that the Host header names; a host that is none is misdirected. */
final class SiteHandler extends Handler.Abstract {

  private final Map<String, Site> siteOfAuthority;
  private final SiteFiles files;

  /** @param siteOfAuthority the sites by {@code host:port} */
  SiteHandler(Map<String, Site> siteOfAuthority, SiteFiles files) {
    this.siteOfAuthority = Map.copyOf(siteOfAuthority);
    this.files = files;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Site site = siteOfAuthority.get(Request.getServerName(request) + ":" + Request.getServerPort(request));
    if (site == null) {
      return refuse(response, callback, HttpStatus.MISDIRECTED_REQUEST_421);
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      return refuse(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
    }
    Optional<SiteFiles.Content> found = files.find(site, request.getHttpURI().getPath());
    if (found.isEmpty()) {
      return refuse(response, callback, HttpStatus.NOT_FOUND_404);
    }
    return send(site, found.get(), HttpMethod.HEAD.is(request.getMethod()), response, callback);
  }

  private static boolean send(Site site, SiteFiles.Content content, boolean headOnly, Response response,
                              Callback callback) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.bytes().length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    if (site.shared()) {
      response.getHeaders().put("Access-Control-Allow-Origin", "*");
    }
    response.write(true, headOnly ? null : ByteBuffer.wrap(content.bytes()), callback);
    return true;
  }

  private static boolean refuse(Response response, Callback callback, int status) {
    byte[] text = (status + " " + HttpStatus.getMessage(status) + "\n").getBytes(StandardCharsets.US_ASCII);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.write(true, ByteBuffer.wrap(text), callback);
    return true;
  }
}
