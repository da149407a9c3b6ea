# An event loop with listeners: plain or TLS, HTTP/1.1 or lines of text. perl-base has no TLS, so the TLS work is done by
# "openssl s_server" processes, kept and used again: the loop passes the ciphertext of a connection to one of them through a
# unix socket and reads the plain text from its standard output; who the client is stands on its standard error.
package StandIn::Server;
use strict;
use warnings;
use Errno qw(EAGAIN EWOULDBLOCK EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK F_SETFD FD_CLOEXEC);
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket;
use POSIX ();
use StandIn::Json;
use StandIn::Util;

use constant FIONREAD => 0x541B;

sub new {
    my ($class) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return bless { listen => {}, conn => {}, read => {}, write => {}, starting => {}, timers => [], serial => 0 }, $class;
}

sub _nonblocking { my ($h) = @_; fcntl $h, F_SETFL, fcntl($h, F_GETFL, 0) | O_NONBLOCK; return $h }

# listen_on(address => 'IP', port => N | path => FILE, handler => sub($request, $connection), lines => 0|1, bytes => 0|1 (then handler($connection)),
#           tls => {cert, key, ca, require => 0|1}, plain_too => 0|1, reserve => 0|1). A handler gives [code, type, body], or undef and answers later.
sub listen_on {
    my ($self, %l) = @_;
    my $s;
    if ($l{path}) {
        (my $dir = $l{path}) =~ s{/[^/]*$}{};
        make_dir($dir, 0700);
        unlink $l{path};
        $s = IO::Socket::UNIX->new(Local => $l{path}, Listen => 100) or die "listen unix $l{path}: $!\n";
        chmod 0600, $l{path};
    }
    else {
        $s = IO::Socket::INET->new(LocalAddr => $l{address} // '0.0.0.0', LocalPort => $l{port}, Listen => 128, ReuseAddr => 1, Proto => 'tcp')
            or die "listen tcp $l{address}:$l{port}: bind: \l$!\n";
    }
    $l{socket} = _nonblocking($s);
    $self->{listen}{ fileno $s } = \%l;
    return;
}

sub every { my ($self, $seconds, $what) = @_; push @{ $self->{timers} }, { every => $seconds, at => now() + $seconds, run => $what }; return }

# a connection that this program opened itself (lines, or bytes): gives the connection or undef; non-blocking
sub connect_lines { my ($self, @how) = @_; return $self->_connect('lines', @how) }
sub connect_bytes { my ($self, @how) = @_; return $self->_connect('bytes', @how) }
sub _connect {
    my ($self, $kind, $address, $port, $handler, $closed) = @_;
    socket my $s, PF_INET, SOCK_STREAM, 0 or return undef;
    _nonblocking($s);
    my $to = inet_aton($address) or return undef;
    return undef unless connect($s, pack_sockaddr_in($port, $to)) || $!{EINPROGRESS};
    return $self->_add_connection($s, { $kind => 1, handler => $handler }, on_close => $closed);
}

sub _add_connection {
    my ($self, $socket, $listener, %more) = @_;
    my $c = bless { server => $self, listener => $listener, socket => $socket, in => '', out => '', raw_out => '', id => ++$self->{serial}, since => now(), %more }, 'StandIn::Connection';
    $self->{conn}{ $c->{id} } = $c;
    $self->{read}{ fileno $socket } = sub { $self->_readable($c) };
    return $c;
}

sub start_listening { my ($self) = @_; $self->{read}{$_} //= do { my $l = $self->{listen}{$_}; sub { $self->_accept($l) } } for keys %{ $self->{listen} }; return }
sub serve {
    my ($self) = @_;
    local $SIG{PIPE} = 'IGNORE';
    $self->start_listening;
    for my $l (values %{ $self->{listen} }) { push @{ $l->{workers} }, $self->_new_worker($l) if $l->{tls} && $l->{reserve} }     # one ready to serve
    while (!$self->{stop}) { $self->once }
    return;
}

sub once {
    my ($self) = @_;
    my ($r, $w) = ('', '');
    vec($r, $_, 1) = 1 for keys %{ $self->{read} };
    vec($w, $_, 1) = 1 for keys %{ $self->{write} };
    my $wait = 60;
    my $t = now();
    for (@{ $self->{timers} }) { my $d = $_->{at} - $t; $wait = $d if $d < $wait }
    $wait = 0.01 if $wait > 0.01 && %{ $self->{starting} };
    my $n = select $r, $w, undef, $wait < 0 ? 0 : $wait;
    $self->_connect_worker($_) for values %{ $self->{starting} };
    if ($n > 0) {
        for my $fd (sort { ($self->{first}{$b} // 0) <=> ($self->{first}{$a} // 0) || $a <=> $b } grep { vec $r, $_, 1 } keys %{ $self->{read} }) {
            my $do = $self->{read}{$fd} or next;
            $do->();
        }
        for my $fd (grep { vec $w, $_, 1 } keys %{ $self->{write} }) {
            my $do = $self->{write}{$fd} or next;
            $do->();
        }
    }
    $t = now();
    for my $timer (@{ $self->{timers} }) {
        next if $timer->{at} > $t;
        $timer->{at} = $t + $timer->{every};
        $timer->{run}->();
    }
    return;
}

sub _accept {
    my ($self, $listener) = @_;
    while (my $s = $listener->{socket}->accept) {
        _nonblocking($s);
        setsockopt $s, 6, 1, 1 unless $listener->{path};        # TCP_NODELAY
        my $c = $self->_add_connection($s, $listener);
        $c->{peer} = $listener->{path} ? 'local' : $s->peerhost;
        $c->{local} = 1 if $listener->{path};
    }
    return;
}

# bytes from the other side: plain text, or ciphertext for a TLS worker
sub _readable {
    my ($self, $c) = @_;
    my $n = sysread $c->{socket}, my $bytes, 65536;
    if (!defined $n) { return if $! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR; return $c->close }
    return $c->close unless $n;
    my $l = $c->{listener};
    if ($l->{tls} && !exists $c->{worker}) {
        $c->{worker} = $l->{plain_too} && ord($bytes) != 0x16 ? undef : ($self->_take_worker($l, $c) // return $c->close);
    }
    if (my $w = $c->{worker}) { $w->{to_tls} .= $bytes; return $self->_flush_raw($w) }
    $c->{in} .= $bytes;
    return $c->_parse;
}

# ---------------------------------------------------------------- TLS workers
sub _take_worker {
    my ($self, $l, $c) = @_;
    my $w = pop @{ $l->{workers} };
    $w = $self->_new_worker($l) unless $w;
    @$w{qw(conn to_tls subject bad)} = ($c, '', undef, 0);
    $self->{starting}{ $w->{pid} } = $w;
    $w->{give_up} = now() + 20;
    $self->_connect_worker($w);
    return $w;
}

sub _connect_worker {   # a new worker needs some milliseconds until its socket is there: tried again until then
    my ($self, $w) = @_;
    my $s = IO::Socket::UNIX->new(Peer => $w->{path});
    if (!$s) { $self->_end_worker($w) if now() > $w->{give_up} || !$w->{conn}; return }
    delete $self->{starting}{ $w->{pid} };
    $w->{raw} = _nonblocking($s);
    $self->{read}{ fileno $s } = sub {
        my $n = sysread $s, my $bytes, 65536;
        return if !defined $n && ($! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR);
        if (!$n) { $self->_drain($w); return $w->{conn} ? $w->{conn}->close : undef }
        $w->{conn}{raw_out} .= $bytes;
        $w->{conn}->_flush;
    };
    return $self->_flush_raw($w);
}

sub _new_worker {
    my ($self, $l) = @_;
    my $dir = RUN . '/tls';
    make_dir($dir, 0700);
    my $path = "$dir/$$-" . ++$self->{serial};
    my $tls = $l->{tls};
    my @cmd = ('openssl', 's_server', '-unix', $path, '-unlink', '-quiet', '-cert', $tls->{cert}, '-key', $tls->{key}, '-no_ticket', '-no_cache', '-num_tickets', 0,
        ($tls->{ca} ? ($tls->{require} ? ('-Verify', 3, '-verify_return_error') : ('-verify', 3), '-CAfile', $tls->{ca}, '-no-CApath', '-no-CAstore') : ()));
    my ($ir, $iw, $or, $ow, $er, $ew);
    pipe($ir, $iw); pipe($or, $ow); pipe($er, $ew);
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<&', $ir; open STDOUT, '>&', $ow; open STDERR, '>&', $ew;
        POSIX::close($_) for 3 .. 255;
        exec { $cmd[0] } @cmd or POSIX::_exit(127);
    }
    close $_ for $ir, $ow, $ew;
    my $w = { pid => $pid, path => $path, stdin => _nonblocking($iw), stdout => _nonblocking($or), stderr => _nonblocking($er), listener => $l, plain => '', errors => '' };
    $self->{first}{ fileno $er } = 2;       # who the client is must be known before what it says is read
    $self->{read}{ fileno $er } = sub { $self->_worker_says($w) };
    $self->{read}{ fileno $or } = sub { $self->_worker_says($w); $self->_worker_data($w) };
    $self->{workers}{$pid} = $w;
    return $w;
}

sub _worker_says {
    my ($self, $w) = @_;
    while (1) {
        my $n = sysread $w->{stderr}, $w->{errors}, 4096, length $w->{errors};
        if (defined $n && !$n) { return $self->_end_worker($w) }
        last unless $n;
    }
    while ($w->{errors} =~ s/^(.*)\n//) {
        my $line = $1;
        if    ($line =~ /^depth=0 (.*)/)    { $w->{subject} = $1 }
        elsif ($line =~ /^verify error/)    { $w->{bad} = 1 }
    }
    return;
}

sub _worker_data {
    my ($self, $w) = @_;
    while (1) {
        my $n = sysread $w->{stdout}, my $bytes, 65536;
        if (defined $n && !$n) { return $self->_end_worker($w) }
        last unless $n;
        my $c = $w->{conn} or next;         # left over from a connection that is gone
        next if $c->{closed};
        $c->{subject} = $w->{bad} ? undef : $w->{subject};
        $c->{bad_certificate} = $w->{bad};
        $c->{in} .= $bytes;
        $c->_parse;
    }
    return;
}

sub _drain { my ($self, $w) = @_; $self->_worker_says($w); $self->_worker_data($w) unless $w->{dead}; return }

sub _flush_raw {
    my ($self, $w) = @_;
    return unless $w->{raw};
    while (length $w->{to_tls}) {
        my $n = syswrite $w->{raw}, $w->{to_tls}, 65536;
        if (!defined $n) {
            return $w->{conn} && $w->{conn}->close unless $! == EAGAIN || $! == EWOULDBLOCK;
            my $fd = fileno $w->{raw};
            $self->{write}{$fd} = sub { delete $self->{write}{$fd}; $self->_flush_raw($w) };
            return;
        }
        substr($w->{to_tls}, 0, $n) = '';
    }
    return;
}

sub _flush_plain {      # what we say, to the worker's standard input
    my ($self, $w) = @_;
    while (length $w->{plain}) {
        my $n = syswrite $w->{stdin}, $w->{plain}, 16384;
        if (!defined $n) {
            return unless $! == EAGAIN || $! == EWOULDBLOCK;
            my $fd = fileno $w->{stdin};
            $self->{write}{$fd} = sub { delete $self->{write}{$fd}; $self->_flush_plain($w) };
            return;
        }
        substr($w->{plain}, 0, $n) = '';
    }
    return;
}

# the client is gone: the worker is used again only when nothing of the old connection can still be in its pipes
sub _release_worker {
    my ($self, $w) = @_;
    return if $w->{dead};
    my $left = pack 'i', 0;
    ioctl $w->{stdin}, FIONREAD, $left;
    my $clean = !length $w->{plain} && !unpack('i', $left) && !$w->{bad};
    $w->{conn} = undef;
    my $raw = $w->{raw};
    my $fd = fileno $raw;
    delete $self->{write}{$fd};
    if (!$clean) { delete $self->{read}{$fd}; return $self->_end_worker($w) }
    shutdown $raw, 1;
    $self->{read}{$fd} = sub {
        my $n = sysread $raw, my $bytes, 65536;
        return if $n || (!defined $n && ($! == EAGAIN || $! == EINTR));
        delete $self->{read}{$fd};
        close $raw;
        $w->{raw} = undef;
        $self->_drain($w);
        return if $w->{dead};
        if (@{ $w->{listener}{workers} // [] } >= 6) { return $self->_end_worker($w) }
        push @{ $w->{listener}{workers} }, $w;
    };
    return;
}

sub _end_worker {
    my ($self, $w) = @_;
    return if $w->{dead}++;
    delete $self->{starting}{ $w->{pid} };
    for my $h (@$w{qw(stdin stdout stderr raw)}) {
        next unless $h && defined fileno $h;
        delete $self->{$_}{ fileno $h } for qw(read write first);
        close $h;
    }
    kill 'KILL', $w->{pid};
    waitpid $w->{pid}, 0;
    delete $self->{workers}{ $w->{pid} };
    unlink $w->{path};
    @{ $w->{listener}{workers} } = grep { $_ != $w } @{ $w->{listener}{workers} // [] };
    my $c = $w->{conn};
    $c->close if $c && !$c->{closed};
    return;
}

sub end_all { my ($self) = @_; for my $w (values %{ $self->{workers} }) { kill 'KILL', $w->{pid}; unlink $w->{path} } return }

# new certificates: connections in progress keep the old ones
sub renew_tls { my ($self) = @_; for my $l (values %{ $self->{listen} }) { $self->_end_worker($_) for @{ $l->{workers} // [] } } return }

package StandIn::Connection;
use strict;
use warnings;
use Errno qw(EAGAIN EWOULDBLOCK);
use StandIn::Json;

my %REASON = (200 => 'OK', 201 => 'Created', 400 => 'Bad Request', 401 => 'Unauthorized', 403 => 'Forbidden', 404 => 'Not Found', 405 => 'Method Not Allowed',
    304 => 'Not Modified', 409 => 'Conflict', 415 => 'Unsupported Media Type', 422 => 'Unprocessable Entity', 429 => 'Too Many Requests', 500 => 'Internal Server Error', 503 => 'Service Unavailable');

sub close {
    my ($c) = @_;
    return if $c->{closed}++;
    my $self = $c->{server};
    my $fd = fileno $c->{socket};
    delete $self->{$_}{$fd} for qw(read write);
    CORE::close($c->{socket});
    delete $self->{conn}{ $c->{id} };
    if (my $w = $c->{worker}) { delete $c->{worker}; if (!$w->{dead}) { if ($w->{raw}) { $self->_release_worker($w) } else { $self->_end_worker($w) } } }
    my $cb = delete $c->{on_close};
    $cb->($c) if $cb;
    return;
}

sub send_bytes {
    my ($c, $bytes) = @_;
    return if $c->{closed};
    if (my $w = $c->{worker}) { $w->{plain} .= $bytes; return $c->{server}->_flush_plain($w) }
    $c->{raw_out} .= $bytes;
    return $c->_flush;
}

sub _flush {
    my ($c) = @_;
    my $self = $c->{server};
    while (length $c->{raw_out}) {
        my $n = syswrite $c->{socket}, $c->{raw_out}, 65536;
        if (!defined $n) {
            return $c->close unless $! == EAGAIN || $! == EWOULDBLOCK || $!{ENOTCONN};
            my $fd = fileno $c->{socket};
            $self->{write}{$fd} = sub { delete $self->{write}{$fd}; $c->_flush };
            return;
        }
        substr($c->{raw_out}, 0, $n) = '';
    }
    return;
}

sub _parse {
    my ($c) = @_;
    my $handler = $c->{listener}{handler};
    return $handler->($c) if $c->{listener}{bytes};
    if ($c->{listener}{lines}) {
        while (!$c->{closed} && $c->{in} =~ s/^([^\n]*)\n//) { $handler->($1, $c) }
        return;
    }
    while (!$c->{closed} && !$c->{busy}) {
        if (!$c->{request}) {
            my $end = index $c->{in}, "\r\n\r\n";
            return if $end < 0;
            my ($first, @lines) = split /\r\n/, substr $c->{in}, 0, $end;
            substr($c->{in}, 0, $end + 4) = '';
            my ($method, $target) = ($first // '') =~ m{^([A-Z]+) (\S+) HTTP/1\.} or return $c->close;
            my %h;
            for (@lines) { $h{ lc $1 } = $2 if /^([^:]+):\s*(.*?)\s*$/ }
            my ($path, $query) = split /\?/, $target, 2;
            my %q;
            for (split /&/, $query // '') { my ($k, $v) = split /=/, $_, 2; s/\+/ /g, s/%([0-9a-fA-F]{2})/chr hex $1/ge for grep { defined } $k, $v; $q{$k} = $v // '' }
            $path =~ s/%([0-9a-fA-F]{2})/chr hex $1/ge;
            $c->{request} = { method => $method, path => $path, query => \%q, headers => \%h, body => '' };
            $c->send_bytes("HTTP/1.1 100 Continue\r\n\r\n") if lc($h{expect} // '') eq '100-continue';
        }
        my $q = $c->{request};
        if (lc($q->{headers}{'transfer-encoding'} // '') eq 'chunked') {
            my $done;
            while ($c->{in} =~ /^([0-9a-fA-F]+)[^\r\n]*\r\n/) {
                my ($n, $head) = (hex $1, length $&);
                return if length $c->{in} < $head + $n + 2;
                $q->{body} .= substr $c->{in}, $head, $n;
                substr($c->{in}, 0, $head + $n + 2) = '';
                if (!$n) { $done = 1; last }
            }
            return unless $done;
        }
        else {
            my $n = $q->{headers}{'content-length'} // 0;
            return if length $c->{in} < $n;
            $q->{body} = substr $c->{in}, 0, $n, '';
        }
        delete $c->{request};
        $c->{busy} = 1;
        $c->{close_after} = lc($q->{headers}{connection} // '') eq 'close';
        local $c->{parsing} = 1;
        my $answer = eval { $handler->($q, $c) };
        if (my $e = $@) { print STDERR "handler: $e"; $answer = [500, 'text/plain', "internal error: $e"] }
        $c->answer(@$answer) if $answer;
    }
    return;
}

sub answer {
    my ($c, $code, $type, $body, %headers) = @_;
    return if $c->{closed};
    my $late = !$c->{parsing};
    if (ref $body) { $body = to_json($body) . "\n" }
    $headers{Connection} = 'close' if $c->{close_after};    # the client ends it
    my $more = join '', map { "$_: $headers{$_}\r\n" } keys %headers;
    $c->send_bytes("HTTP/1.1 $code " . ($REASON{$code} // 'Status') . "\r\nContent-Type: $type\r\nContent-Length: " . length($body) . "\r\n$more\r\n$body");
    $c->{busy} = 0;
    $c->_parse if $late && length $c->{in};
    return;
}

# an answer without an end (watch): the header, then chunks
sub start_stream { my ($c, $type) = @_; $c->{streaming} = 1; return $c->send_bytes("HTTP/1.1 200 OK\r\nContent-Type: $type\r\nTransfer-Encoding: chunked\r\n\r\n") }
sub chunk { my ($c, $bytes) = @_; return $c->send_bytes(sprintf("%x\r\n", length $bytes) . "$bytes\r\n") }
sub end_stream { my ($c) = @_; $c->send_bytes("0\r\n\r\n"); $c->{streaming} = 0; $c->{busy} = 0; return $c->_parse }

1;
