# An event loop with listeners: plain or TLS, HTTP/1.1 or lines of text.
package StandIn::Server;
use strict;
use warnings;
use Errno qw(EAGAIN EWOULDBLOCK EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket;
use StandIn::Json;
use StandIn::Tls;
use StandIn::Util;

sub new {
    my ($class) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return bless { listen => {}, conn => {}, read => {}, write => {}, timers => [], serial => 0 }, $class;
}

sub _nonblocking { my ($h) = @_; fcntl $h, F_SETFL, fcntl($h, F_GETFL, 0) | O_NONBLOCK; return $h }

# listen_on(address => 'IP', port => N | path => FILE, handler => sub($request, $connection), lines => 0|1, bytes => 0|1 (then handler($connection)),
#           tls => {cert, key, ca, require => 0|1}, plain_too => 0|1). A handler gives [code, type, body], or undef and answers later.
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
    my $n = select $r, $w, undef, $wait < 0 ? 0 : $wait;
    if ($n > 0) {
        for my $fd (grep { vec $r, $_, 1 } keys %{ $self->{read} }) {
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

# bytes from the other side
sub _readable {
    my ($self, $c) = @_;
    my $n = sysread $c->{socket}, my $bytes, 65536;
    if (!defined $n) { return if $! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR; return $c->close }
    return $c->close unless $n;
    my $l = $c->{listener};
    if ($l->{tls} && !exists $c->{tls}) {
        $c->{tls} = $l->{plain_too} && ord($bytes) != 0x16 ? undef : eval { StandIn::Tls->new($l->{tls}) } // do { print STDERR $@; return $c->close };
    }
    if (my $t = $c->{tls}) {
        $bytes = $t->decrypt($bytes);
        @$c{qw(subject bad_certificate)} = ($t->{bad} ? undef : $t->{subject}, $t->{bad});
    }
    $c->{in} .= $bytes;
    $c->_parse if length $bytes;
    return unless $c->{tls} && !$c->{closed};
    $c->_send_ciphertext;
    return $c->{tls}{ended} ? $c->close : undef;
}

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
    my $cb = delete $c->{on_close};
    $cb->($c) if $cb;
    return;
}

sub send_bytes {
    my ($c, $bytes) = @_;
    return if $c->{closed};
    if ($c->{tls}) { $c->{tls}->encrypt($bytes); return $c->_send_ciphertext }
    $c->{raw_out} .= $bytes;
    return $c->_flush;
}

sub _send_ciphertext { my ($c) = @_; $c->{raw_out} .= $c->{tls}->waiting; return $c->_flush }

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
