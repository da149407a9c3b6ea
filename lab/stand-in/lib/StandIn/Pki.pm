# Certificates made with openssl, kubeconfigs, and what kubeadm checks about them.
package StandIn::Pki;
use strict;
use warnings;
use Exporter 'import';
use StandIn::Util;
use StandIn::Json;
use StandIn::Yaml;
our @EXPORT = qw(make_ca make_leaf make_sa sign_request jws serving_certificate write_kubeconfig read_kubeconfig ca_hash cert_facts signed_by duration_days credentials);

sub duration_days { my ($d) = @_; my ($h) = ($d // '') =~ /(\d+)h/; return $h ? $h / 24 < 1 ? 1 : int($h / 24) : 365 }
sub _subject { my ($cn, @o) = @_; return join('', map { "/O=$_" } @o) . "/CN=$cn" }
sub _temp { my ($text) = @_; my $f = '/tmp/.stand-in-' . $$ . random_hex(4); spew($f, $text, 0600); return $f }

sub make_ca {           # ($base path, CN)
    my ($base, $cn) = @_;
    make_dir($base =~ s{/[^/]*$}{}r);
    run_ok('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', "$base.key", '-out', "$base.crt", '-days', 3650, '-subj', "/CN=$cn",
        '-addext', 'keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign', '-addext', 'subjectAltName=DNS:' . $cn);
    chmod 0600, "$base.key";
    chmod 0644, "$base.crt";
    return;
}

# make_leaf($base, $ca_base, {cn, o => [...], usage => 'serverAuth,clientAuth', san => ['DNS:x', 'IP:y'], days})
sub make_leaf {
    my ($base, $ca, $l) = @_;
    make_dir($base =~ s{/[^/]*$}{}r);
    run_ok('openssl', 'req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', "$base.key", '-out', "$base.csr", '-subj', _subject($l->{cn}, @{ $l->{o} // [] }));
    _sign("$base.csr", "$base.crt", "$ca.crt", "$ca.key", $l);
    unlink "$base.csr";
    chmod 0600, "$base.key";
    chmod 0644, "$base.crt";
    return;
}
sub _sign {
    my ($csr, $crt, $ca_crt, $ca_key, $l) = @_;
    my $ext = _temp("keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=$l->{usage}\n" . (@{ $l->{san} // [] } ? 'subjectAltName=' . join(',', @{ $l->{san} }) . "\n" : ''));
    my ($rc, undef, $err) = run('openssl', 'x509', '-req', '-in', $csr, '-CA', $ca_crt, '-CAkey', $ca_key, '-set_serial', '0x' . ('4' . random_hex(7)), '-days', $l->{days} // 365, '-sha256', '-extfile', $ext, '-out', $crt);
    unlink $ext;
    die "openssl x509: $err" if $rc;
    return;
}
sub make_sa { my ($base) = @_; run_ok('openssl', 'genrsa', '-out', "$base.key", 2048); chmod 0600, "$base.key"; run_ok('openssl', 'rsa', '-in', "$base.key", '-pubout', '-out', "$base.pub"); return }

sub sign_request {      # a kubelet's request: (certificate) or (undef, reason)
    my ($pem, $ca_crt, $ca_key, $duration) = @_;
    my $csr = _temp($pem);
    my $crt = "$csr.crt";
    my $ok = eval { _sign($csr, $crt, $ca_crt, $ca_key, { usage => 'clientAuth', days => duration_days($duration) }); 1 };
    my $why = $@;
    my $cert = $ok ? slurp($crt) : undef;
    unlink $csr, $crt;
    return $ok ? ($cert) : (undef, $why);
}

sub jws {               # the signature that cluster-info carries for a token
    my ($id, $secret, $payload) = @_;
    my $url = sub { my $t = base64($_[0]); $t =~ tr|+/|-_|; $t =~ s/=+$//; return $t };
    my $head = $url->(qq({"alg":"HS256","kid":"$id"}));
    # HMAC (RFC 2104) by hand: openssl takes its key on the command line only. A token is shorter than a block.
    my $sha = sub { run_ok({ stdin => $_[0] }, 'openssl', 'dgst', '-sha256', '-binary') };
    my ($inner, $outer) = map { my $p = chr($_) x 64; substr($p, 0, length $secret) ^= $secret; $p } 0x36, 0x5c;
    my $mac = $sha->($outer . $sha->($inner . "$head." . $url->($payload)));
    return "$head.." . $url->($mac);
}

sub serving_certificate {       # self-signed, in memory in the real programs
    my ($who) = @_;
    my $base = RUN . "/serving/$who";
    if (!-e "$base.crt") { make_dir($base =~ s{/[^/]*$}{}r, 0700); run_ok('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', "$base.key", '-out', "$base.crt", '-days', 365, '-subj', '/CN=localhost@' . time, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1') }
    return { cert => "$base.crt", key => "$base.key" };
}

sub ca_hash {           # sha256:<of the public key>
    my ($crt) = @_;
    my $pub = run_ok('openssl', 'x509', '-in', $crt, '-noout', '-pubkey');
    my $der = run_ok({ stdin => $pub }, 'openssl', 'pkey', '-pubin', '-outform', 'der');
    return 'sha256:' . (split ' ', run_ok({ stdin => $der }, 'sha256sum'))[0];
}

sub cert_facts {        # {cn, o, not_after, days, san => {…}} of a file, undef when it cannot be read
    my ($file) = @_;
    my ($rc, $out) = run('openssl', 'x509', '-in', $file, '-noout', '-subject', '-issuer', '-enddate', '-ext', 'subjectAltName', '-nameopt', 'sep_comma_plus_space');
    return undef if $rc;
    my %f;
    ($f{cn}) = $out =~ /^subject=.*?CN\s*=\s*(.*?)(?:,|$)/m;
    ($f{issuer}) = $out =~ /^issuer=.*?CN\s*=\s*(.*?)(?:,|$)/m;
    ($f{not_after}) = $out =~ /^notAfter=(.*)/m;
    $f{san} = { map { s/^\s+|\s+$//gr => 1 } map { s/^IP Address:/IP:/r } map { s/^\s+//r } $out =~ /Alternative Name:[^\n]*\n\s*(.*)/ ? split /,\s*/, $1 : () };
    my %month; @month{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = 1 .. 12;
    if (($f{not_after} // '') =~ /^(\w+)\s+(\d+) ([\d:]+) (\d+)/) { $f{until} = sprintf '%04d-%02d-%02dT%sZ', $4, $month{$1}, $2, $3; $f{seconds} = from_rfc3339($f{until}) - now() }
    return \%f;
}
sub signed_by { my ($crt, $ca) = @_; my ($rc, $out, $err) = run('openssl', 'verify', '-CAfile', $ca, '-no-CApath', '-no-CAstore', '-no_check_time', $crt); return !$rc }

# ---------------------------------------------------------------- kubeconfigs
sub write_kubeconfig {  # ($file, server, CA file, user, certificate base path or {client-certificate => …})
    my ($file, $server, $ca, $user, $cert) = @_;
    my %u = ref $cert ? %$cert : ('client-certificate-data' => base64(slurp("$cert.crt")), 'client-key-data' => base64(slurp("$cert.key")));
    spew($file, to_yaml({ apiVersion => 'v1', clusters => [{ cluster => { 'certificate-authority-data' => base64(slurp($ca)), server => $server }, name => 'kubernetes' }],
        contexts => [{ context => { cluster => 'kubernetes', user => $user }, name => "$user\@kubernetes" }], 'current-context' => "$user\@kubernetes", kind => 'Config', preferences => {}, users => [{ name => $user, user => \%u }] }), 0600);
    return;
}
sub read_kubeconfig {   # {server, ca, cert, key, token} with texts, not files
    my ($file) = @_;
    my $text = slurp($file) // die "stat $file: no such file or directory\n";
    my ($k) = from_yaml($text);
    my $context = $k->{'current-context'} // '';
    my ($c) = grep { $_->{name} eq $context } @{ $k->{contexts} // [] };
    my ($cluster) = grep { !$c || $_->{name} eq $c->{context}{cluster} } @{ $k->{clusters} // [] };
    my ($user) = grep { !$c || $_->{name} eq $c->{context}{user} } @{ $k->{users} // [] };
    my $get = sub { my ($o, $n) = @_; return defined $o->{"$n-data"} ? unbase64($o->{"$n-data"}) : defined $o->{$n} ? slurp($o->{$n}) // die "unable to read $n $o->{$n}: no such file or directory\n" : undef };
    return { server => $cluster->{cluster}{server}, ca => $get->($cluster->{cluster}, 'certificate-authority'), insecure => $cluster->{cluster}{'insecure-skip-tls-verify'}, cert => $get->($user->{user} // {}, 'client-certificate'), key => $get->($user->{user} // {}, 'client-key'), token => $user->{user}{token}, user => $user->{name}, context => $context };
}

my @files;
sub credentials {       # for curl and openssl: files that go away with the program
    my ($k) = @_;
    my %o = (insecure => $k->{insecure}, token => $k->{token});
    for my $n (qw(ca cert key)) { next unless defined $k->{$n}; $o{$n} = _temp($k->{$n}); push @files, $o{$n} }
    return \%o;
}
my $me = $$;
END { if ($$ == $me) { my $rc = $?; unlink @files; $? = $rc } }

1;
