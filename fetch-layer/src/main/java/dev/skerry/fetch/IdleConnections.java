package dev.skerry.fetch;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.ConnectionPool;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.DuplexConnectionPool;
import org.eclipse.jetty.client.MultiplexConnectionPool;

/**
 * The connections that no request uses, of all pools of a client together: over the most that may wait, the one that
 * was used longest ago is closed. A connection is taken out of its pool before that, under the lock that pools give
 * connections out under, so no request ever gets one that is being closed. Thread-safe.
 */
final class IdleConnections {

  private final int most;
  /** With the pool of each; the one that has waited longest first. */
  private final Map<Connection, AbstractConnectionPool> idle = new LinkedHashMap<>();
  /** How many requests use each. */
  private final Map<Connection, Integer> inUse = new HashMap<>();

  IdleConnections(int most) {
    this.most = most;
  }

  /** A pool for connections that serve one request at a time. */
  ConnectionPool duplex(Destination destination) {
    return new DuplexConnectionPool(destination, destination.getHttpClient().getMaxConnectionsPerDestination()) {
      @Override
      protected Connection activate() {
        synchronized (IdleConnections.this) {
          return used(super.activate());
        }
      }

      @Override
      public boolean release(Connection connection) {
        unused(connection, this);
        return super.release(connection);
      }

      @Override
      protected void onCreated(Connection connection) {
        super.onCreated(connection);
        unused(connection, this);
      }

      @Override
      protected void onRemoved(Connection connection) {
        forget(connection);
        super.onRemoved(connection);
      }
    };
  }

  /** A pool for connections that serve as many requests at a time as the server lets them. */
  ConnectionPool multiplex(Destination destination) {
    return new MultiplexConnectionPool(destination, destination.getHttpClient().getMaxConnectionsPerDestination(), 1) {
      @Override
      protected Connection activate() {
        synchronized (IdleConnections.this) {
          return used(super.activate());
        }
      }

      @Override
      public boolean release(Connection connection) {
        unused(connection, this);
        return super.release(connection);
      }

      @Override
      protected void onCreated(Connection connection) {
        super.onCreated(connection);
        unused(connection, this);
      }

      @Override
      protected void onRemoved(Connection connection) {
        forget(connection);
        super.onRemoved(connection);
      }
    };
  }

  private Connection used(Connection connection) {
    if (connection != null) {
      idle.remove(connection);
      inUse.merge(connection, 1, Integer::sum);
    }
    return connection;
  }

  private void unused(Connection connection, AbstractConnectionPool pool) {
    Connection oldest = null;
    synchronized (this) {
      if (inUse.computeIfPresent(connection, (key, count) -> count == 1 ? null : count - 1) == null) {
        idle.put(connection, pool);
        oldest = idle.size() > most ? takeOldest() : null;
      }
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  private Connection takeOldest() {
    Map.Entry<Connection, AbstractConnectionPool> oldest = idle.entrySet().iterator().next();
    Connection connection = oldest.getKey();
    oldest.getValue().remove(connection);
    idle.remove(connection);
    return connection;
  }

  private synchronized void forget(Connection connection) {
    idle.remove(connection);
    inUse.remove(connection);
  }
}
