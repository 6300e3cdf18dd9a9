/*
 * Calls every function of the web:* modules that C can say, and logs a line for each: its name and what came of it.
 * What only an event, a message or a timer can show is logged when that comes. every-ref.wat calls the others.
 */
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *name, double value) {
  char line[128];
  snprintf(line, sizeof line, "%s %g", name, value);
  console_log(line);
}

static void tell(const char *name, char *text) {
  char line[256];
  snprintf(line, sizeof line, "%s %s", name, text == NULL ? "none" : text);
  console_log(line);
  free(text);
}

static skerry_ref find(const char *selector) {
  return dom_query(dom_document(), selector);
}

static void called(void *name) {
  console_log(name);
}

static void consoles(void) {
  console_debug("web:console.debug");
  console_log("web:console.log");
  console_info("web:console.info");
  console_warn("web:console.warn");
  console_error("web:console.error");
}

static int32_t outer_clicks;

static void clicked(void *data) {
  (void) data;
  tell("web:dom.event_type", dom_event_type_copy());
  char *tag = malloc(32);
  tag[dom_tag_name(dom_event_target(), tag, 31)] = '\0';
  tell("web:dom.event_target", tag);
  dom_event_stop();
  dom_event_prevent();
}

static void outer(void *data) {
  (void) data;
  outer_clicks++;
}

static void elements(void) {
  skerry_ref document = dom_document();
  say("web:dom.document", document != 0);
  skerry_ref body = dom_query(document, "body");
  say("web:dom.query", body != 0);
  skerry_ref list = dom_query_all(document, "p");
  say("web:dom.query_all", list != 0);
  say("web:dom.list_length", dom_list_length(list));
  tell("web:dom.text", dom_text_copy(dom_list_item(list, 1)));
  say("web:dom.list_item", dom_list_item(list, 2));
  skerry_ref made = dom_create_element("em");
  tell("web:dom.create_element", dom_tag_name_copy(made));
  dom_append_child(dom_list_item(list, 0), made);
  tell("web:dom.append_child", dom_tag_name_copy(dom_query(document, "p > em")));
  tell("web:dom.parent", dom_tag_name_copy(dom_parent(made)));
  tell("web:dom.tag_name", dom_tag_name_copy(document));
  dom_set_text(made, "set");
  tell("web:dom.set_text", dom_text_copy(dom_list_item(list, 0)));
  dom_remove(made);
  say("web:dom.remove", dom_parent(made));
  dom_set_attribute(made, "lang", "gd");
  tell("web:dom.set_attribute", dom_attribute_copy(made, "lang"));
  dom_remove_attribute(made, "lang");
  tell("web:dom.remove_attribute", dom_attribute_copy(made, "lang"));
  tell("web:dom.attribute", dom_attribute_copy(find("a"), "href"));
  int32_t listener = dom_add_event_listener(find("a"), "click", clicked, NULL);
  dom_add_event_listener(body, "click", outer, NULL);
  dom_click(find("a"));
  char *stays = navigation_location_copy();
  say("web:dom.event_prevent", strchr(stays, '#') == NULL);
  free(stays);
  say("web:dom.event_stop", outer_clicks);
  dom_remove_event_listener(listener);
  dom_dispatch_event(find("a"), "click", true);
  say("web:dom.dispatch_event", outer_clicks);
  say("web:dom.remove_event_listener", outer_clicks);
  int32_t used = dom_add_event_listener(made, "used", called, "web:dom.add_event_listener");
  dom_dispatch_event(made, "used", false);
  dom_remove_event_listener(used);
  dom_add_event_listener(find("p"), "click", called, "web:dom.click");
  dom_click(find("p"));
}

static void navigation(void) {
  skerry_writer state = {0};
  value_bool(&state, true);
  tell("web:navigation.location", navigation_location_copy());
  say("web:navigation.push_state", navigation_push_state(state.bytes, state.size, "pushed"));
  tell("web:navigation.replace_state", navigation_replace_state(state.bytes, state.size, "replaced")
       ? navigation_location_copy() : NULL);
  uint8_t kind = 0;
  say("web:navigation.state", navigation_state(&kind, 1) == 1 && kind == VALUE_TRUE);
  say("web:navigation.history_length", navigation_history_length());
  say("web:navigation.assign", navigation_assign("http://"));
  say("web:navigation.replace", navigation_replace("http://"));
  value_free(&state);
}

static int32_t interval;

static void ticked(void *name) {
  called(name);
  timers_clear(interval);
}

static void timers(void) {
  say("web:performance.now", performance_now() > 0);
  timers_queue_microtask(called, "web:timers.queue_microtask");
  timers_set_timeout(called, "web:timers.set_timeout", 1);
  interval = timers_set_interval(ticked, "web:timers.set_interval", 1);
  timers_clear(timers_set_timeout(called, "a timer that was cleared", 5));
  double begin = performance_now();
  timers_sleep(20);
  say("web:timers.sleep", performance_now() - begin >= 20);
  say("web:timers.clear", 1);
}

static void storage(void) {
  say("web:storage.set", storage_set(1, "name", "value"));
  tell("web:storage.get", storage_get_copy(1, "name"));
  tell("web:storage.key", storage_key_copy(1, 0));
  say("web:storage.length", storage_length(1));
  storage_remove(1, "name");
  tell("web:storage.remove", storage_get_copy(1, "name"));
  storage_set(1, "another", "value");
  storage_clear(1);
  say("web:storage.clear", storage_length(1));
}

static void crypto(void) {
  uint8_t bytes[64] = {0};
  crypto_random(bytes, sizeof bytes);
  int32_t other = 0;
  for (size_t i = 0; i < sizeof bytes; i++) {
    other |= bytes[i];
  }
  say("web:crypto.random", other != 0);
  say("web:crypto.uuid", crypto_uuid(bytes, sizeof bytes));
  say("web:crypto.digest", crypto_digest("SHA-256", "abc", 3, bytes, sizeof bytes) == 32 && bytes[0] == 0xba);
}

static skerry_ref port, peer;

static void heard_port(void *data) {
  (void) data;
  skerry_reader at;
  skerry_item item;
  void *value = value_message(&at);
  if (value_read(&at, &item) && item.kind == VALUE_NUMBER) {
    say("web:messaging.port_post_value", item.number);
    messaging_port_close(port);
    messaging_port_post(peer, "dropped", 7);
    say("web:messaging.port_close", 1);
  } else {
    tell("web:messaging.port_post", messaging_message_data_copy());
    say("web:messaging.on_port_message", messaging_message_source() == 0);
  }
  free(value);
}

static void heard(void *data) {
  (void) data;
  char *text = messaging_message_data_copy();
  if (text == NULL) {
    skerry_reader at;
    skerry_item item;
    void *value = value_message(&at);
    say("web:messaging.message_value", value_read(&at, &item));
    say("web:messaging.post_value", item.number);
    free(value);
    return;
  }
  tell("web:messaging.message_data", text);
  say("web:messaging.on_message", 1);
  tell("web:messaging.message_origin", messaging_message_origin_copy());
  skerry_ref source = messaging_message_source();
  tell("web:messaging.message_source", messaging_window_location_copy(source));
  say("web:messaging.message_port_count", messaging_message_port_count());
  peer = messaging_message_port(0);
  say("web:messaging.message_port", peer != 0);
  skerry_writer number = {0};
  value_number(&number, 7);
  messaging_port_post(peer, "to the port", 11);
  value_port_post(peer, &number);
  value_free(&number);
}

static void messaging(void) {
  skerry_ref self = messaging_self();
  say("web:messaging.self", self != 0);
  say("web:messaging.parent", messaging_parent());
  say("web:messaging.frame_count", messaging_frame_count());
  skerry_ref frame = messaging_frame(0);
  say("web:messaging.frame", frame != 0);
  say("web:messaging.frame_of", messaging_frame_of(find("iframe")) != 0);
  tell("web:messaging.window_parent", messaging_window_location_copy(messaging_window_parent(frame)));
  tell("web:messaging.window_top", messaging_window_location_copy(messaging_window_top(frame)));
  say("web:messaging.window_frame_count", messaging_window_frame_count(self));
  say("web:messaging.window_frame", messaging_window_frame(self, 0) != 0);
  say("web:messaging.window_closed", messaging_window_closed(frame));
  tell("web:messaging.window_location", messaging_window_location_copy(frame));
  say("web:messaging.window_navigate", messaging_window_navigate(frame, "http://"));
  messaging_on_message(heard, NULL);
  skerry_ref channel = messaging_channel();
  say("web:messaging.channel", channel != 0);
  port = messaging_channel_port(channel, 0);
  say("web:messaging.channel_port", port != 0);
  messaging_on_port_message(port, heard_port, NULL);
  say("web:messaging.transfer", messaging_transfer(messaging_channel_port(channel, 1)));
  say("web:messaging.post", messaging_post(self, "to the window", 13, "/"));
  say("refused", messaging_post(self, "", 0, "no origin"));
  tell("web:messaging.post_error", messaging_post_error_copy());
  skerry_writer number = {0};
  value_number(&number, 5);
  value_post(self, &number, "*");
  value_free(&number);
}

static void fetching(void) {
  skerry_ref request = fetch_request("/data?1");
  say("web:fetch.request", request != 0);
  say("web:fetch.set_method", fetch_set_method(request, "POST"));
  say("web:fetch.set_header", fetch_set_header(request, "X-Test", "1"));
  say("web:fetch.set_body", fetch_set_body(request, "body", 4));
  say("web:fetch.set_mode", fetch_set_mode(request, 2));
  say("web:fetch.set_credentials", fetch_set_credentials(request, 0));
  say("web:fetch.set_redirect", fetch_set_redirect(request, 1));
  say("web:fetch.set_cache", fetch_set_cache(request, 1));
  say("web:fetch.set_referrer_policy", fetch_set_referrer_policy(request, "no-referrer"));
  say("web:fetch.set_integrity", fetch_set_integrity(request, ""));
  say("web:fetch.start", fetch_start(request));
  skerry_ref response = fetch_wait(request);
  say("web:fetch.wait", response != 0);
  say("web:fetch.failure", fetch_failure(request));
  say("web:fetch.status", fetch_status(response));
  say("web:fetch.type", fetch_type(response));
  tell("web:fetch.url", fetch_url_copy(response));
  say("web:fetch.redirected", fetch_redirected(response));
  tell("web:fetch.header", fetch_header_copy(response, "x-answer"));
  bool named = false;
  for (int32_t i = 0; i < fetch_header_count(response); i++) {
    char *name = fetch_header_name_copy(response, i);
    if (strcmp(name, "x-answer") == 0) {
      named = true;
      tell("web:fetch.header_value", fetch_header_value_copy(response, i));
    }
    free(name);
  }
  say("web:fetch.header_name", named);
  say("web:fetch.header_count", fetch_header_count(response) > 0);
  char *body = calloc(64, 1);
  say("web:fetch.read", fetch_read(response, body, 63));
  tell("body", body);
  fetch_cancel(response);
  say("web:fetch.cancel", fetch_read(response, &named, 1));
  response = fetch_send(fetch_request("/data?2"));
  say("web:fetch.send", fetch_status(response));
  request = fetch_request("/data?3");
  fetch_start(request);
  fetch_abort(request);
  say("web:fetch.abort", fetch_wait(request) == 0 && fetch_failure(request) == 2);
}

__attribute__((export_name("run"))) void run(void) {
  consoles();
  elements();
  navigation();
  storage();
  crypto();
  messaging();
  fetching();
  timers();
}

__attribute__((export_name("reload"))) void reload(void) {
  console_log("web:navigation.reload");
  navigation_reload();
}

__attribute__((export_name("back"))) void back(void) {
  console_log("web:navigation.history_go");
  navigation_history_go(-1);
}
