/* service: what the service manager is told (sd_notify), for a unit of Type=notify.
 *
 * Without a manager nothing happens. STATUS= is what `systemctl status` shows. The verb `reload`
 * waits for the verdict over the control socket; RELOADING=1 is said too, with the time that
 * Type=notify-reload of newer systemds wants, so that the unit may change its type.            */
#ifndef EVENT_SERVICE_H
#define EVENT_SERVICE_H

/* Start-up or a reload is over, well or badly; `status` is one line. */
void service_ready(const char *status);

void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A reload has begun; service_ready() ends it. */
void service_reloading(void);

void service_stopping(const char *status);

#endif
