# JSON for hosts that have perl-base only. Text is bytes (UTF-8 as it comes). Objects are written with sorted keys, so that equal
# values are equal texts. Numbers and booleans keep their kind (Perl 5.36 knows them apart).
package StandIn::Json;
use strict;
use warnings;
no warnings 'experimental::builtin';
use Exporter 'import';
our @EXPORT = qw(to_json from_json pretty_json true false);

sub true  { return builtin::true }
sub false { return builtin::false }

my %ESCAPE = ('"' => '\\"', '\\' => '\\\\', "\n" => '\\n', "\r" => '\\r', "\t" => '\\t', "\b" => '\\b', "\f" => '\\f');
my %UNESCAPE = (n => "\n", r => "\r", t => "\t", b => "\b", f => "\f");

sub _string {
    my ($s) = @_;
    $s =~ s/(["\\\x00-\x1f])/$ESCAPE{$1} \/\/ sprintf '\\u%04x', ord $1/ge;
    return qq("$s");
}

sub to_json {
    my ($v) = @_;
    return 'null' unless defined $v;
    my $kind = ref $v;
    if ($kind eq 'HASH')  { return '{' . join(',', map { _string($_) . ':' . to_json($v->{$_}) } sort keys %$v) . '}' }
    if ($kind eq 'ARRAY') { return '[' . join(',', map { to_json($_) } @$v) . ']' }
    if ($kind eq 'StandIn::Raw') { return $$v }
    if (builtin::is_bool($v)) { return $v ? 'true' : 'false' }
    if (builtin::created_as_number($v)) { return "$v" }
    return _string($v);
}

sub pretty_json {
    my ($v, $step, $in) = @_;
    $step //= '    '; $in //= '';
    my $kind = ref $v;
    if ($kind eq 'HASH') {
        return '{}' unless %$v;
        return "{\n" . join(",\n", map { "$in$step" . _string($_) . ': ' . pretty_json($v->{$_}, $step, "$in$step") } sort keys %$v) . "\n$in}";
    }
    if ($kind eq 'ARRAY') {
        return '[]' unless @$v;
        return "[\n" . join(",\n", map { "$in$step" . pretty_json($_, $step, "$in$step") } @$v) . "\n$in]";
    }
    return to_json($v);
}

sub from_json {
    my ($text) = @_;
    die "empty JSON text\n" unless defined $text && $text =~ /\S/;
    pos($text) = 0;
    my $v = _value(\$text);
    $text =~ /\G\s+/gc;
    die 'JSON: more after the value at ' . pos($text) . "\n" if (pos($text) // 0) < length $text;
    return $v;
}

sub _value {
    my ($t) = @_;
    $$t =~ /\G\s+/gc;
    if ($$t =~ /\G"((?:[^"\\]++|\\.)*+)"/gcs) { return _unescape($1) }
    if ($$t =~ /\G\{/gc) {
        my %h;
        $$t =~ /\G\s+/gc;
        return \%h if $$t =~ /\G\}/gc;
        while (1) {
            $$t =~ /\G\s*"((?:[^"\\]++|\\.)*+)"\s*:/gcs or die 'JSON: key wanted at ' . pos($$t) . "\n";
            my $k = _unescape($1);
            $h{$k} = _value($t);
            next if $$t =~ /\G\s*,/gc;
            return \%h if $$t =~ /\G\s*\}/gc;
            die 'JSON: , or } wanted at ' . pos($$t) . "\n";
        }
    }
    if ($$t =~ /\G\[/gc) {
        my @a;
        $$t =~ /\G\s+/gc;
        return \@a if $$t =~ /\G\]/gc;
        while (1) {
            push @a, _value($t);
            next if $$t =~ /\G\s*,/gc;
            return \@a if $$t =~ /\G\s*\]/gc;
            die 'JSON: , or ] wanted at ' . pos($$t) . "\n";
        }
    }
    if ($$t =~ /\G(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/gc) { return $1 + 0 }
    if ($$t =~ /\Gtrue/gc)  { return builtin::true }
    if ($$t =~ /\Gfalse/gc) { return builtin::false }
    if ($$t =~ /\Gnull/gc)  { return undef }
    die 'JSON: value wanted at ' . (pos($$t) // 0) . "\n";
}

sub _unescape {
    my ($s) = @_;
    return $s if index($s, '\\') < 0;
    $s =~ s{\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u([0-9a-fA-F]{4})|(.))}{
        if (defined $4) { $UNESCAPE{$4} // $4 }
        else { my $c = chr(defined $3 ? hex $3 : 0x10000 + ((hex($1) & 0x3ff) << 10) + (hex($2) & 0x3ff)); utf8::encode($c); $c }
    }gesx;
    return $s;
}

1;
