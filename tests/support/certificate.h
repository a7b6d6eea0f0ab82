#ifndef TESTS_CERTIFICATE_H
#define TESTS_CERTIFICATE_H

/* Writes a new key and a certificate for 127.0.0.1 that it signs itself as PEM files. Every failure
 * ends the test. */
void certificate_make(const char *certificate_path, const char *key_path);

#endif
