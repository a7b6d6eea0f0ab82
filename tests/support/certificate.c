#include "tests/support/certificate.h"

#include <check.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <time.h>

#define MUST(call) ck_assert_int_ge((call), 0)

static void write_file(const char *path, const gnutls_datum_t *content)
{
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s", path);
    ck_assert_uint_eq(fwrite(content->data, 1, content->size, file), content->size);
    ck_assert_int_eq(fclose(file), 0);
}

void certificate_make(const char *certificate_path, const char *key_path)
{
    static unsigned char serial = 1;
    static const unsigned char loopback[] = {127, 0, 0, 1};
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
    gnutls_datum_t pem;

    serial++;
    MUST(gnutls_x509_privkey_init(&key));
    MUST(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    MUST(gnutls_x509_crt_init(&certificate));
    MUST(gnutls_x509_crt_set_version(certificate, 3));
    MUST(gnutls_x509_crt_set_serial(certificate, &serial, 1));
    MUST(gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 3600));
    MUST(gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 86400));
    MUST(gnutls_x509_crt_set_dn(certificate, "CN=complaintd test", NULL));
    MUST(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                              sizeof loopback, GNUTLS_FSAN_SET));
    MUST(gnutls_x509_crt_set_basic_constraints(certificate, 1, -1));
    MUST(gnutls_x509_crt_set_key(certificate, key));
    MUST(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0));
    MUST(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem));
    write_file(certificate_path, &pem);
    gnutls_free(pem.data);
    MUST(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
    write_file(key_path, &pem);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}
