# kubectl's JSONPath: {.a.b[0]}, {.items[*].x}, [?(@.type=="Ready")], {range …}{end}, {"text"}, keys with escaped dots.
package StandIn::JsonPath;
use strict;
use warnings;
use Exporter 'import';
use StandIn::Json;
our @EXPORT = qw(jsonpath);

sub jsonpath {
    my ($template, $data) = @_;
    $template = "{$template}" unless $template =~ /\{/;
    my @parts;
    while ($template =~ /\G(?:\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'[^']*')*)\}|([^{]+))/gc) { push @parts, defined $1 ? ['code', $1] : ['text', $2] }
    die "error parsing jsonpath $template\n" if (pos($template) // 0) < length $template;
    my $at = 0;
    return _run(\@parts, \$at, $data, $data);
}
sub _run {
    my ($parts, $at, $here, $root) = @_;
    my $out = '';
    while ($$at < @$parts) {
        my ($kind, $text) = @{ $parts->[ $$at++ ] };
        if ($kind eq 'text') { $out .= $text; next }
        $text =~ s/^\s+|\s+$//g;
        return $out if $text eq 'end';
        if ($text =~ /^range\s+(.*)/s) {
            my $start = $$at;
            my @items = _select($1, $here, $root);
            for my $item (@items) { $$at = $start; $out .= _run($parts, $at, $item, $root) }
            if (!@items) { my $depth = 1; while ($depth && $$at < @$parts) { my ($k, $t) = @{ $parts->[ $$at++ ] }; next if $k eq 'text'; $depth++ if $t =~ /^\s*range\b/; $depth-- if $t =~ /^\s*end\s*$/ } }
            next;
        }
        if ($text =~ /^"(.*)"$/s) { my $s = $1; $s =~ s/\\n/\n/g; $s =~ s/\\t/\t/g; $s =~ s/\\(.)/$1/g; $out .= $s; next }
        if ($text =~ /^'(.*)'$/s) { $out .= $1; next }
        $out .= join ' ', map { !defined $_ ? '' : ref $_ ? to_json($_) : to_json($_) =~ s/^"|"$//gr =~ s/\\n/\n/gr =~ s/\\"/"/gr =~ s/\\\\/\\/gr } _select($text, $here, $root);
    }
    return $out;
}
sub _select {
    my ($path, $here, $root) = @_;
    my @now = ($path =~ s/^\$//) ? ($root) : ($here);
    $path =~ s/^\@//;
    while (length $path) {
        if ($path =~ s/^\.\.([A-Za-z0-9_-]+)//) { my $k = $1; my @all; my $walk; $walk = sub { my ($v) = @_; if (ref $v eq 'HASH') { push @all, $v->{$k} if exists $v->{$k}; $walk->($_) for values %$v } elsif (ref $v eq 'ARRAY') { $walk->($_) for @$v } }; $walk->($_) for @now; @now = @all; next }
        if ($path =~ s/^\.?\[\?\(\s*\@((?:\.[^\s=!<>)]+)+)\s*(?:(==|!=)\s*("[^"]*"|'[^']*'|[^)\s]+))?\s*\)\]//) {
            my ($p, $op, $want) = ($1, $2, $3);
            $want =~ s/^["']|["']$//g if defined $want;
            @now = grep { my ($v) = _select($p, $_, $root); !defined $op ? defined $v : $op eq '==' ? defined $v && (ref \$v && to_json($v) =~ s/^"|"$//gr) eq $want : !defined $v || (to_json($v) =~ s/^"|"$//gr) ne $want } map { ref eq 'ARRAY' ? @$_ : ref eq 'HASH' ? values %$_ : () } @now;
            next;
        }
        if ($path =~ s/^\.?\[\*\]|^\.\*//) { @now = map { ref eq "ARRAY" ? @$_ : ref eq "HASH" ? values %$_ : () } @now; next }
        if ($path =~ s/^\.?\[(-?\d+)\]//) { my $i = $1; @now = map { ref eq 'ARRAY' && defined $_->[$i] ? $_->[$i] : () } @now; next }
        if ($path =~ s/^\.?\[(-?\d*):(-?\d*)\]//) { my ($f, $t) = ($1, $2); @now = map { if (ref eq 'ARRAY') { my $n = @$_; my $a = length $f ? $f < 0 ? $n + $f : $f : 0; my $b = length $t ? $t < 0 ? $n + $t : $t : $n; @{$_}[$a .. $b - 1] } else { () } } @now; next }
        if ($path =~ s/^\.?\[['"]([^'"]+)['"]\]// || $path =~ s/^\.?((?:\\.|[^.\[\\])+)//) { my $k = $1 =~ s/\\(.)/$1/gr; @now = map { ref eq 'HASH' && exists $_->{$k} ? $_->{$k} : () } @now; next }
        if ($path eq '.') { last }
        die "error parsing jsonpath: $path\n";
    }
    return @now;
}

1;
