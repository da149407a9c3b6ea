# Patches of Kubernetes objects: merge, strategic merge (lists with a known key), JSON patch. And selectors.
package StandIn::Patch;
use strict;
use warnings;
use Exporter 'import';
use StandIn::Util;
our @EXPORT = qw(merge_patch json_patch labels_match fields_match);

my %KEY = (conditions => 'type', addresses => 'type', containers => 'name', initContainers => 'name', taints => 'key', env => 'name', volumes => 'name', ownerReferences => 'uid', tolerations => undef);

sub merge_patch {
    my ($old, $patch, $strategic) = @_;
    return clone($patch) unless ref $patch eq 'HASH';
    my %new = ref $old eq 'HASH' ? %$old : ();
    for my $k (keys %$patch) {
        next if $k =~ /^\$/;
        my $v = $patch->{$k};
        if (!defined $v) { delete $new{$k}; next }
        if ($strategic && ref $v eq 'ARRAY' && $KEY{$k} && ref $new{$k} eq 'ARRAY') { $new{$k} = _merge_list($new{$k}, $v, $KEY{$k}); next }
        $new{$k} = ref $v eq 'HASH' ? merge_patch($new{$k}, $v, $strategic) : clone($v);
    }
    return \%new;
}

sub _merge_list {
    my ($old, $patch, $key) = @_;
    return clone([grep { !exists $_->{'$patch'} } @$patch]) if grep { ref eq 'HASH' && ($_->{'$patch'} // '') eq 'replace' } @$patch;
    my @new = @$old;
    for my $p (@$patch) {
        my ($at) = grep { ($new[$_]{$key} // '') eq ($p->{$key} // '') } 0 .. $#new;
        if (($p->{'$patch'} // '') eq 'delete') { splice @new, $at, 1 if defined $at; next }
        if (defined $at) { $new[$at] = merge_patch($new[$at], $p, 1) } else { push @new, clone($p) }
    }
    return \@new;
}

sub json_patch {        # dies with a sentence when the path is not there
    my ($v, $ops) = @_;
    my $root = { '' => clone($v) };
    for my $op (@$ops) {
        my @path = map { s{~1}{/}gr =~ s/~0/~/gr } split m{/}, $op->{path}, -1;
        shift @path;
        my $last = @path ? pop @path : undef;
        my $at = $root->{''};
        for my $p (@path) { $at = ref $at eq 'ARRAY' ? $at->[$p] : $at->{$p}; die "the path \"$op->{path}\" does not exist\n" unless ref $at }
        if ($op->{op} eq 'test') { next }
        if (!defined $last) { $root->{''} = clone($op->{value}); next }
        if (ref $at eq 'ARRAY') {
            if    ($op->{op} eq 'remove')  { splice @$at, $last, 1 }
            elsif ($op->{op} eq 'replace') { $at->[$last] = clone($op->{value}) }
            else                           { splice @$at, $last eq '-' ? scalar @$at : $last, 0, clone($op->{value}) }
        }
        elsif ($op->{op} eq 'remove') { die "the path \"$op->{path}\" does not exist\n" unless exists $at->{$last}; delete $at->{$last} }
        else                          { $at->{$last} = clone($op->{value}) }
    }
    return $root->{''};
}

sub labels_match {      # "a=b,c!=d,e,!f,g in (x,y)"
    my ($labels, $selector) = @_;
    my $s = $selector // '';
    my @terms;
    push @terms, $1 while $s =~ /\G,?\s*([^,(]+(?:\([^)]*\))?)\s*/gc;
    for my $t (@terms) {
        if    ($t =~ /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)/) { my ($k, $op, %set) = ($1, $2, map { s/^\s+|\s+$//gr => 1 } split /,/, $3); my $in = defined $labels->{$k} && $set{ $labels->{$k} }; return 0 if $op eq 'in' ? !$in : $in }
        elsif ($t =~ /^\s*([^!=\s]+)\s*!=\s*(.*?)\s*$/)    { return 0 if ($labels->{$1} // "\0") eq $2 }
        elsif ($t =~ /^\s*([^!=\s]+)\s*==?\s*(.*?)\s*$/)   { return 0 if ($labels->{$1} // "\0") ne $2 }
        elsif ($t =~ /^\s*!\s*(\S+)/)                      { return 0 if exists $labels->{$1} }
        elsif ($t =~ /^\s*(\S+)\s*$/)                      { return 0 unless exists $labels->{$1} }
    }
    return 1;
}

sub fields_match {
    my ($object, $selector) = @_;
    for my $t (split /,/, $selector // '') {
        my ($path, $not, $value) = $t =~ /^(.+?)(!?)==?(.*)$/ or next;
        my $is = dig($object, split /\./, $path) // '';
        return 0 if $not ? $is eq $value : $is ne $value;
    }
    return 1;
}

1;
