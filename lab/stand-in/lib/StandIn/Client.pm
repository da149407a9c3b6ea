# HTTP clients: one call through curl; or a connection that stays, over a unix socket or over TLS ("openssl s_client" does the TLS).
package StandIn::Client;
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::UNIX;
use POSIX ();
use StandIn::Json;
use StandIn::Util;
our @EXPORT = qw(https_call);

# https_call({ca, cert, key, token, timeout, insecure, type}, METHOD, URL, BODY) gives (code or 0, body, error text as Go words it)
sub https_call {
    my ($o, $method, $url, $body) = @_;
    my @cmd = ('curl', '-sS', '-g', '--path-as-is', '--http1.1', '-X', $method, '-m', $o->{timeout} // 15, '-w', "\n%{http_code}",
        ($o->{insecure} ? '-k' : $o->{ca} ? ('--cacert', $o->{ca}, '--capath', '/nonexistent') : ()), ($o->{cert} ? ('--cert', $o->{cert}, '--key', $o->{key}) : ()),
        ($o->{connect_timeout} ? ('--connect-timeout', $o->{connect_timeout}) : ()), ($o->{accept} ? ('-H', "Accept: $o->{accept}") : ()));
    my %run;
    my $text = ref $body ? to_json($body) : $body;
    push @cmd, '-H', 'Content-Type: ' . ($o->{type} // 'application/json'), '--data-binary', '@-' if defined $text;
    $run{stdin} = $text if defined $text;
    my $token_file;
    if ($o->{token}) {      # not on a command line
        $token_file = "/tmp/.stand-in-$$-" . random_hex(4);
        spew($token_file, "header = \"Authorization: Bearer $o->{token}\"\n", 0600);
        push @cmd, '-K', $token_file;
    }
    my ($rc, $out, $err) = run(\%run, @cmd, $url);
    unlink $token_file if $token_file;
    my $code = $out =~ s/\n(\d+)\z// ? $1 : 0;
    return ($code + 0, $out, undef) if !$rc && $code != 0;
    my ($host) = $url =~ m{^https?://([^/]+)};
    $err =~ s/^curl: \(\d+\)\s*//; chomp $err;
    my $go = $rc == 6 ? "dial tcp: lookup " . ($host =~ s/:\d+$//r) . ": no such host"
        : $rc == 7  ? "dial tcp $host: " . ($err =~ /refused|Couldn't connect|Failed to connect/ && $err !~ /No route|timed out/i ? 'connect: connection refused' : 'connect: no route to host')
        : $rc == 28 ? 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'
        : $rc == 60 || $rc == 51 ? "x509: " . ($err =~ /no alternative|subject name/ ? "certificate is not valid for $host" : 'certificate signed by unknown authority')
        : $rc =~ /^(35|56|52)$/ ? ($err =~ /alert|certificate/i ? 'remote error: tls: bad certificate' : 'EOF') : ($err || "curl ended with $rc");
    return (0, '', $go);
}

# ---------------------------------------------------------------- a connection that stays
sub over_unix {
    my ($class, $path) = @_;
    my $s = IO::Socket::UNIX->new(Peer => $path) or return undef;
    return bless { in => $s, out => $s, buffer => '', host => 'localhost' }, $class;
}

# over_tls(address, port, name, {ca, cert, key, process => the name "ps" and "ss" show}); undef when nothing listens
sub over_tls {
    my ($class, $address, $port, $name, $o) = @_;
    my $program = '/usr/bin/openssl';
    if ($o->{process}) {
        make_dir(RUN . '/bin');
        my $link = RUN . "/bin/$o->{process}";
        symlink $program, $link unless -l $link;
        $program = $link;
    }
    my @verify = $o->{ca} ? ('-CAfile', $o->{ca}, '-no-CApath', '-no-CAstore', '-verify_return_error', '-verify', 3, $name =~ /^[\d.]+$/ ? ('-verify_ip', $name) : ('-verify_hostname', $name)) : ();
    my ($ir, $iw, $or, $ow, $er, $ew);
    pipe($ir, $iw); pipe($or, $ow);
    pipe($er, $ew);
    my $pid = fork // return undef;
    if (!$pid) {
        open STDIN, '<&', $ir; open STDOUT, '>&', $ow; open STDERR, '>&', $ew;
        POSIX::close($_) for 3 .. 255;
        exec { $program } ($program, 's_client', '-quiet', '-nocommands', '-connect', "$address:$port", ($name =~ /^[\d.]+$/ ? '-noservername' : ('-servername', $name)), @verify,
            ($o->{cert} ? ('-cert', $o->{cert}, '-key', $o->{key}) : ())) or POSIX::_exit(127);
    }
    close $_ for $ir, $ow, $ew;
    return bless { in => $or, out => $iw, err => $er, pid => $pid, buffer => '', host => "$name:$port", address => $address, port => $port }, $class;
}

# (code, body), or code 0 and the reason; after 0 the connection is of no use any more. With {tag => …} of an earlier answer (in {tag} of
# the connection) the code is 304 when the list is still the same.
sub request {
    my ($c, $method, $path, $body, $o) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return (0, 'connection closed') if $c->{broken};
    my $text = defined $body ? (ref $body ? to_json($body) : $body) : '';
    my $head = "$method $path HTTP/1.1\r\nHost: $c->{host}\r\nContent-Length: " . length($text) . "\r\n" . (length $text ? 'Content-Type: ' . ($o->{type} // 'application/json') . "\r\n" : '')
        . ($o->{tag} ? "If-None-Match: $o->{tag}\r\n" : '') . ($o->{token} ? "Authorization: Bearer $o->{token}\r\n" : '') . "\r\n";
    my $deadline = now() + ($o->{timeout} // 10);
    my $all = $head . $text;
    while (length $all) {
        my $n = syswrite $c->{out}, $all, 16384;
        return $c->broken('write failed') unless $n;
        substr($all, 0, $n) = '';
    }
    while (1) {
        if ($c->{buffer} =~ m{^HTTP/1\.\d (\d+)[^\n]*\n(.*?)\r\n\r\n}s) {
            my ($code, $headers, $length) = ($1, $2, length $&);
            my ($n) = $headers =~ /^content-length:\s*(\d+)/mi;
            $n //= 0;
            if (length $c->{buffer} >= $length + $n) {
                ($c->{tag}) = $headers =~ /^etag:\s*(\S+)/mi;
                my $answer = substr $c->{buffer}, $length, $n;
                substr($c->{buffer}, 0, $length + $n) = '';
                return ($code + 0, $answer);
            }
        }
        my $left = $deadline - now();
        return $c->broken('timeout') if $left <= 0;
        my $r = '';
        vec($r, fileno $c->{in}, 1) = 1;
        next unless select($r, undef, undef, $left) > 0;
        my $n = sysread $c->{in}, $c->{buffer}, 65536, length $c->{buffer};
        return $c->broken('connection closed') unless $n;
    }
}

sub broken {
    my ($c, $why) = @_;
    if ($c->{pid}) {
        my $text = '';
        if ($c->{err}) { my $r = ''; vec($r, fileno $c->{err}, 1) = 1; sysread $c->{err}, $text, 4000 if select($r, undef, undef, 0) > 0 }
        $why = 'connect: connection refused' if $text =~ /Connection refused/;
        $why = 'connect: no route to host' if $text =~ /No route to host/;
        $why = "x509: $1" if $text =~ /verify error:num=\d+:(.*)/;
    }
    $c->end;
    return (0, $why);
}

sub end {
    my ($c) = @_;
    return if $c->{broken}++;
    close $_ for grep { $_ } @$c{qw(in out err)};
    if ($c->{pid}) { kill 'KILL', $c->{pid}; waitpid $c->{pid}, 0 }
    return;
}

sub DESTROY { my ($c) = @_; local ($?, $@, $!); $c->end; return }

1;
