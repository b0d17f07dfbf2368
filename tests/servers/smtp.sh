#!/usr/bin/env bash
# A server for mail on loopback (aiosmtpd) that keeps what it takes as files: smtp.py says what it refuses. On its first port
# it wants STARTTLS and a log-in, on its second neither. Prints JSON: port, plain, certificate (whom to trust), folder.
#
# SMTP_PORT  a fixed first port of two
NAME=smtp
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A certificate for localhost that only our own authority signs.
certify() {
  [ -s "$RUN/authority.pem" ] && return
  local log=$RUN/openssl.log
  {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=authority for tests' \
      -keyout "$RUN/authority.key" -out "$RUN/authority.pem"
    openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$RUN/key.pem" -out "$RUN/request.pem"
    openssl x509 -req -in "$RUN/request.pem" -CA "$RUN/authority.pem" -CAkey "$RUN/authority.key" -CAcreateserial -days 3650 \
      -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n') -out "$RUN/certificate.pem"
  } >"$log" 2>&1 || { rm -f "$RUN/authority.pem"; fail "openssl made no certificate" "$log"; }
}

start() {
  if alive tls && alive plain; then return; fi
  need_debian openssl openssl
  need_pip smtp
  certify
  ports 2 "${SMTP_PORT:-}"
  mkdir -p "$RUN/mail"
  local python=$PACKAGES/smtp/bin/python serve=$SERVERS/smtp.py
  launch tls "$python" "$serve" "$HOST" "$PORT" "$RUN/mail" "$RUN/certificate.pem" "$RUN/key.pem"
  launch plain "$python" "$serve" "$HOST" $((PORT + 1)) "$RUN/mail"
  await 20 tls listens "$PORT"
  await 20 plain listens $((PORT + 1))
}

stop() {
  end tls
  end plain
  [ -n "${KEEP_DATA:-}" ] || rm -rf "$RUN/mail"
}

url() {
  local port
  port=$(known_port)
  printf '{"port":%s,"plain":%s,"certificate":"%s","folder":"%s"}\n' "$port" $((port + 1)) "$RUN/authority.pem" "$RUN/mail"
}

main "$@"
