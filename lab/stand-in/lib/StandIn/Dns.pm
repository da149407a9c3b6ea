# Enough of DNS: one question, A records.
package StandIn::Dns;
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use StandIn::Util;
our @EXPORT = qw(dns_question dns_answer dns_ask);

sub dns_question {      # (id, name, type, the question as it came)
    my ($packet) = @_;
    return if length $packet < 17;
    my ($id, $flags, $qd) = unpack 'nnn', $packet;
    return if $flags & 0x8000 || !$qd;
    my ($at, @labels) = (12);
    while ($at < length $packet) {
        my $n = ord substr $packet, $at, 1;
        last unless $n;
        return if $n > 63;
        push @labels, substr $packet, $at + 1, $n;
        $at += 1 + $n;
    }
    my ($type) = unpack 'n', substr $packet, $at + 1, 2;
    return ($id, lc join('.', @labels), $type, substr $packet, 12, $at + 5 - 12);
}
sub dns_answer {        # code 0 ok, 2 SERVFAIL, 3 NXDOMAIN
    my ($id, $question, $code, @addresses) = @_;
    return pack('n6', $id, 0x8580 | $code, 1, scalar @addresses, 0, 0) . $question . join '', map { pack('nnnNn', 0xc00c, 1, 1, 5, 4) . pack 'C4', split /\./ } @addresses;
}
sub dns_ask {           # (code or undef when nobody answers, addresses)
    my ($server, $name, $timeout) = @_;
    my $s = IO::Socket::INET->new(Proto => 'udp', PeerAddr => $server, PeerPort => 53) or return undef;
    my $id = hex random_hex(2);
    $s->send(pack('n6', $id, 0x0100, 1, 0, 0, 0) . join('', map { chr(length) . $_ } split /\./, $name) . "\0" . pack 'nn', 1, 1);
    my $r = '';
    vec($r, fileno $s, 1) = 1;
    return undef unless select($r, undef, undef, $timeout // 3) > 0;
    $s->recv(my $packet, 1500) // return undef;
    my ($got, $flags, undef, $n) = unpack 'n4', $packet;
    return undef if $got != $id;
    my @a;
    my $at = length($packet) - 16 * $n;
    for (1 .. $n) { push @a, join '.', unpack 'C4', substr $packet, $at + 12, 4; $at += 16 }
    return ($flags & 15, @a);
}

1;
