package dev.skerry.fetch;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/** HTTP under TLS: HTTP/2 where the server agrees to it in the handshake, else HTTP/1.1. */
final class SecureTransport extends HttpClientTransportDynamic {

  SecureTransport(ClientConnector connector, HTTP2Client http2) {
    super(connector, new ClientConnectionFactoryOverHTTP2.HTTP2(http2), HttpClientConnectionFactory.HTTP11);
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    ConnectFailure.keepTheMostTelling(context);
    super.connect(address, context);
  }

  /** A server that knows no ALPN is asked in HTTP/1.1. */
  @Override
  public Connection newConnection(EndPoint endPoint, Map<String, Object> context) throws IOException {
    return context.get(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY) == null
        ? HttpClientConnectionFactory.HTTP11.getClientConnectionFactory().newConnection(endPoint, context)
        : super.newConnection(endPoint, context);
  }
}
