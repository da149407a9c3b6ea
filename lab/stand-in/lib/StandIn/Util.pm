# Files, time, commands, faults: the small things every program of the stand-in needs.
package StandIn::Util;
use strict;
use warnings;
use Exporter 'import';
use Fcntl qw(:DEFAULT :flock);
use POSIX ();
our @EXPORT = qw(slurp spew now nap rfc3339 rfc3339micro from_rfc3339 klog_time base64 unbase64 random_hex random_name new_uid run run_ok
    hostname_lc fault clone dig VERSION_INFO RUN arg_value get_options own_address resolve make_dir ip_number number_ip cidr_ip);

use constant RUN => '/run/stand-in';        # sockets and process state; empty after every boot

use constant VERSION_INFO => {
    major => '1', minor => '20', gitVersion => 'v1.20.2', gitCommit => 'faecb196815e248d3ecfb03c680a4507229c2a56', gitTreeState => 'archive',
    buildDate => '2021-01-13T13:20:00Z', goVersion => 'go1.19.8', compiler => 'gc', platform => 'linux/amd64',
};

sub slurp {
    my ($file) = @_;
    open my $f, '<', $file or return undef;
    local $/;
    my $text = <$f>;
    return $text // '';
}

sub make_dir {
    my ($dir, $mode) = @_;
    return 1 if -d $dir;
    (my $parent = $dir) =~ s{/[^/]*$}{};
    make_dir($parent) if length $parent;
    return mkdir($dir, $mode // 0755);
}

sub spew {      # atomic: a reader sees the old text or the new one
    my ($file, $text, $mode) = @_;
    (my $dir = $file) =~ s{/[^/]*$}{};
    make_dir($dir);
    (my $tmp = $file) =~ s{([^/]*)$}{.$1.$$};
    sysopen my $f, $tmp, O_WRONLY | O_CREAT | O_TRUNC, $mode // 0644 or die "open $file: $!\n";
    print {$f} $text or die "write $file: $!\n";
    close $f or die "write $file: $!\n";
    rename $tmp, $file or die "rename $file: $!\n";
    return;
}

sub now {       # seconds with microseconds; perl-base has no Time::HiRes
    my $buffer = "\0" x 16;
    return time if syscall(96, $buffer, 0) != 0;
    my ($s, $us) = unpack 'qq', $buffer;
    return $s + $us / 1e6;
}
sub nap { select undef, undef, undef, $_[0]; return }

sub rfc3339 { return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($_[0] // time)) }
sub rfc3339micro { my $t = $_[0] // now(); return POSIX::strftime('%Y-%m-%dT%H:%M:%S', gmtime int $t) . sprintf '.%06dZ', ($t - int $t) * 1e6 }
sub klog_time { my $t = now(); return POSIX::strftime('%m%d %H:%M:%S', localtime int $t) . sprintf '.%06d', ($t - int $t) * 1e6 }

sub from_rfc3339 {
    my ($text) = @_;
    ($text // '') =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(\.\d+)?/ or return 0;
    my ($y, $m, $d, @hms) = ($1, $2, $3, $4, $5, $6);
    my $part = $7 || 0;
    my $years = $m <= 2 ? $y - 1 : $y;      # days since 1970-01-01, without a time zone
    my $era_day = 365 * $years + int($years / 4) - int($years / 100) + int($years / 400) + int((153 * ($m + ($m > 2 ? -3 : 9)) + 2) / 5) + $d - 1;
    return ($era_day - 719468) * 86400 + $hms[0] * 3600 + $hms[1] * 60 + $hms[2] + $part;
}

sub base64 {
    my ($bytes) = @_;
    my $text = join '', map { substr $_, 1, -1 } split /^/, pack 'u', $bytes;
    $text =~ tr|` -_|AA-Za-z0-9+/|;
    my $pad = (3 - length($bytes) % 3) % 3;
    substr($text, -$pad) = '=' x $pad if $pad;
    return $text;
}
sub unbase64 {
    my ($text) = @_;
    $text =~ tr|A-Za-z0-9+/||cd;
    my $bytes = int(length($text) * 6 / 8);
    $text =~ tr|A-Za-z0-9+/| -_|;
    my $out = '';
    while ($text =~ /(.{1,60})/g) { my $l = $1; $out .= unpack 'u', chr(32 + int(length($l) * 3 / 4)) . $l . ' ' x ((4 - length($l) % 4) % 4) }
    return substr $out, 0, $bytes;
}

sub random_hex {
    my ($bytes) = @_;
    open my $f, '<', '/dev/urandom' or die "urandom: $!\n";
    sysread($f, my $b, $bytes);
    return unpack 'H*', $b;
}
sub random_name {       # the letters Kubernetes uses for generated names
    my ($n) = @_;
    my @l = split //, 'bcdfghjklmnpqrstvwxz2456789';
    return join '', map { $l[hex(random_hex(2)) % @l] } 1 .. ($n // 5);
}
sub new_uid { my $h = random_hex(16); $h =~ /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/; return "$1-$2-4$3-a$4-$5" }

# A command without a shell: (exit code, standard output, standard error). {stdin => TEXT} first for its input.
sub run {
    my $opt = ref $_[0] ? shift : {};
    my @cmd = @_;
    my ($ir, $iw, $or, $ow, $er, $ew);
    pipe($ir, $iw); pipe($or, $ow); pipe($er, $ew);
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<&', $ir; open STDOUT, '>&', $ow; open STDERR, '>&', $ew;
        close $_ for $iw, $or, $er;
        $ENV{$_} = $opt->{env}{$_} for keys %{ $opt->{env} // {} };
        exec { $cmd[0] } @cmd or POSIX::_exit(127);
    }
    close $_ for $ir, $ow, $ew;
    local $SIG{PIPE} = 'IGNORE';
    my $in = $opt->{stdin} // '';
    my ($out, $err) = ('', '');
    if (length $in < 60000) { syswrite $iw, $in if length $in; close $iw; undef $iw }
    my %open = (fileno $or => [$or, \$out], fileno $er => [$er, \$err]);
    while (%open || $iw) {
        my ($r, $w) = ('', '');
        vec($r, $_, 1) = 1 for keys %open;
        vec($w, fileno $iw, 1) = 1 if $iw;
        next if select($r, $w, undef, undef) <= 0;
        for my $fd (keys %open) {
            next unless vec $r, $fd, 1;
            my ($h, $to) = @{ $open{$fd} };
            if (!sysread $h, $$to, 65536, length $$to) { delete $open{$fd} }
        }
        if ($iw && vec $w, fileno $iw, 1) {
            my $n = syswrite $iw, $in, 4096;
            if (!defined $n) { $in = '' } else { substr($in, 0, $n) = '' }
            if (!length $in) { close $iw; undef $iw }
        }
    }
    waitpid $pid, 0;
    return ($? >> 8 || $? & 127, $out, $err);
}
sub run_ok {
    my ($rc, $out, $err) = run(@_);
    die join(' ', grep { !ref } @_[0 .. 2]) . ": $err$out\n" if $rc;
    return $out;
}

sub hostname_lc { my $n = slurp('/proc/sys/kernel/hostname'); chomp $n; return lc $n }

# /etc/stand-in/faults: lines "PROGRAM: NAME[=VALUE] …", read at every use. fault('init')->{'fail-after'}
sub fault {
    my ($who) = @_;
    my %f;
    for my $line (split /\n/, slurp('/etc/stand-in/faults') // '') {
        $line =~ s/#.*//;
        next unless $line =~ /^\s*(\S+):\s*(.*?)\s*$/ && $1 eq $who;
        for my $word (split ' ', $2) { my ($k, $v) = split /=/, $word, 2; $f{$k} = $v // 1 }
    }
    return \%f;
}

sub clone { my ($v) = @_; return ref $v eq 'HASH' ? { map { $_ => clone($v->{$_}) } keys %$v } : ref $v eq 'ARRAY' ? [map { clone($_) } @$v] : $v }
sub dig {       # dig($object, 'spec', 'containers', 0, 'image') without making anything on the way
    my ($v, @path) = @_;
    for my $k (@path) {
        if    (ref $v eq 'HASH')  { $v = $v->{$k} }
        elsif (ref $v eq 'ARRAY') { $v = $v->[$k] }
        else                      { return undef }
    }
    return $v;
}

sub arg_value {     # the value of --name=VALUE in a program's arguments
    my ($name, $default, @args) = @_;
    for my $i (0 .. $#args) {
        return $1 if $args[$i] =~ /^--\Q$name\E=(.*)/s;
        return $args[$i + 1] // '' if $args[$i] eq "--$name";
    }
    return $default;
}

# Flags as Go programs read them: -n x, -nx (short with value), --name x, --name=x, --flag. Gives (\%options, \@words); dies on unknown ones.
sub get_options {
    my ($with_value, $flags, @args) = @_;       # {long => long, n => namespace, …} both
    my (%o, @words);
    while (@args) {
        my $a = shift @args;
        if ($a eq '--') { push @words, '--', @args; last }
        if ($a =~ /^--([^=]+)(?:=(.*))?$/s || $a =~ /^-([A-Za-z])(?:=?(.+))?$/s) {
            my ($n, $v) = ($1, $2);
            if (my $long = $with_value->{$n}) {
                if (!defined $v) { die "flag needs an argument: $a\n" unless @args; $v = shift @args }
                push @{ $o{"$long\@"} }, $v;
                $o{$long} = $v;
            }
            elsif ($long = $flags->{$n}) {
                if (length $n == 1 && defined $v && $a !~ /=/) { unshift @args, "-$v"; undef $v }
                $o{$long} = $v // 'true';
            }
            else { die length $n > 1 ? "unknown flag: --$n\n" : "unknown shorthand flag: '$n' in $a\n" }
        }
        else { push @words, $a }
    }
    return (\%o, \@words);
}

sub own_address {       # the address of the interface that has the default route
    my $route = (run('ip', '-4', 'route', 'get', '192.0.2.1'))[1];
    return $1 if $route =~ /\bsrc (\S+)/;
    my $all = (run('ip', '-4', '-o', 'addr', 'show', 'scope', 'global'))[1];
    return $all =~ m{inet (\S+)/} ? $1 : '127.0.0.1';
}

sub resolve {           # a name to an address by a hosts file (this host's by default)
    my ($name, $hosts) = @_;
    return $name if $name =~ /^\d+(\.\d+){3}$/;
    for my $line (split /\n/, slurp($hosts // '/etc/hosts') // '') {
        $line =~ s/#.*//;
        my ($ip, @names) = split ' ', $line;
        return $ip if $ip && $ip !~ /:/ && grep { lc $_ eq lc $name } @names;
    }
    return undef;
}

sub ip_number { return unpack 'N', pack 'C4', split /\./, $_[0] }
sub number_ip { return join '.', unpack 'C4', pack 'N', $_[0] }
sub cidr_ip { my ($cidr, $n) = @_; my ($net, $bits) = split m{/}, $cidr; return number_ip((ip_number($net) & (0xffffffff << (32 - $bits) & 0xffffffff)) + $n) }

1;
