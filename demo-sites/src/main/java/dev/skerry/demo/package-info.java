/** Demo sites on several origins, and the server that serves them on loopback. */
package dev.skerry.demo;
